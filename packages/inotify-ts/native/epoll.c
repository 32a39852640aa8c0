// One private epoll instance, nested in libuv's loop through a single uv_poll_t on the epoll descriptor itself.
//
// A uv_poll_t for each descriptor would be simpler and is wrong: libuv aborts the process when such a descriptor is
// closed in the tick of its registration, refuses one that a net.Socket owns, turns EPOLLHUP into "readable" and
// EPOLLERR into a status, and knows neither EPOLLET nor EPOLLONESHOT. Here the kernel's masks reach JavaScript as they
// are. What is registered is a token, never the descriptor's number: a number may be closed and given out again while
// a batch is still being handled, a token is not.
#include "args.h"
#include "module.h"
#include "source.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 256

typedef struct {
  source base;
  int epfd;
  napi_ref ready; // The Uint32Array that carries BATCH pairs of token and mask.
} epoll_source;

static void let_go(source *s) {
  epoll_source *e = (epoll_source *) s;
  uv_poll_stop(&s->uv.poll);
  close(e->epfd);
  if (e->ready) napi_delete_reference(s->env, e->ready);
  e->ready = NULL;
}

// The array is looked up at each turn, since a transfer to a worker takes its memory away.
static uint32_t *pairs_of(epoll_source *e) {
  napi_env env = e->base.env;
  napi_value array;
  void *data = NULL;
  size_t length = 0;
  if (napi_get_reference_value(env, e->ready, &array) != napi_ok ||
      napi_get_typedarray_info(env, array, NULL, &length, &data, NULL, NULL) != napi_ok) {
    return NULL;
  }
  return length == 2 * BATCH ? data : NULL;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void) status;
  (void) events;
  epoll_source *e = poll->data;
  napi_env env = e->base.env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  struct epoll_event found[BATCH];
  uint32_t *pairs = pairs_of(e);
  if (pairs) {
    int count = epoll_wait(e->epfd, found, BATCH, 0);
    for (int i = 0; i < count; i++) {
      pairs[2 * i] = found[i].data.u32;
      pairs[2 * i + 1] = found[i].events;
    }
    if (count > 0) source_call(&e->base, count);
  } else {
    // Closed, or the level-triggered descriptor would spin the loop for ever.
    source_give_up(&e->base);
    napi_throw_error(env, "ERR_CLOSED", "the array `ready` of an Epoll must not be transferred: the Epoll is closed");
    report_exception(env);
  }
  napi_close_handle_scope(env, scope);
}

static bool make_ready(napi_env env, napi_value self, epoll_source *e) {
  napi_value buffer, array;
  void *data;
  if (napi_create_arraybuffer(env, 2 * BATCH * sizeof(uint32_t), &data, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_uint32_array, 2 * BATCH, buffer, 0, &array) != napi_ok ||
      napi_create_reference(env, array, 1, &e->ready) != napi_ok) {
    return false;
  }
  napi_property_descriptor ready = { "ready", NULL, NULL, NULL, NULL, array, napi_enumerable, NULL };
  return napi_define_properties(env, self, 1, &ready) == napi_ok;
}

static napi_value epoll_new(napi_env env, napi_callback_info info) {
  ARGS(1);
  uv_loop_t *loop;
  if (!arg_function(env, argv[0], "callback")) return NULL;
  epoll_source *e = (epoll_source *) source_alloc(env, info, sizeof *e, &loop);
  if (!e) return NULL;
  e->base.let_go = let_go;
  e->epfd = epoll_create1(EPOLL_CLOEXEC);
  if (e->epfd < 0) {
    int err = errno;
    free(e);
    return fail_errno(env, err, "epoll_create1");
  }
  int rc = uv_poll_init(loop, &e->base.uv.poll, e->epfd);
  if (rc < 0) {
    close(e->epfd);
    free(e);
    return fail_errno(env, -rc, "uv_poll_init");
  }
  if (!source_open(&e->base, self, argv[0], "inotify-ts:epoll")) return NULL;
  bool made = make_ready(env, self, e);
  rc = made ? uv_poll_start(&e->base.uv.poll, UV_READABLE, on_readable) : 0;
  if (made && rc == 0) return self;
  source_discard(&e->base, self);
  return made ? fail_errno(env, -rc, "uv_poll_start") : fail_napi(env);
}

// ctl(op, fd, mask, token)
static napi_value epoll_control(napi_env env, napi_callback_info info) {
  ARGS(4);
  int32_t op, fd;
  uint32_t mask, token;
  epoll_source *e = (epoll_source *) source_of(env, self);
  if (!e || !arg_i32(env, argv[0], "op", &op) || !arg_i32(env, argv[1], "fd", &fd) ||
      !arg_u32(env, argv[2], "mask", &mask) || !arg_u32(env, argv[3], "token", &token)) {
    return NULL;
  }
  struct epoll_event event = { .events = mask, .data = { .u64 = token } };
  if (epoll_ctl(e->epfd, op, fd, &event) < 0) return fail_errno_of(env, errno, "epoll_ctl", " of descriptor %d", fd);
  return NULL;
}

napi_status define_epoll(napi_env env, napi_value exports) {
  napi_property_descriptor methods[] = {
    METHOD("ctl", epoll_control),
    METHOD("setRef", source_set_ref),
    METHOD("close", source_close),
  };
  return DEFINE_CLASS(env, exports, "Epoll", epoll_new, methods);
}
