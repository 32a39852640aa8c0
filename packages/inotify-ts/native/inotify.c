// Inotify: the system calls, and an instance that reads by itself.
//
// The instance is a uv_poll_t of its own, where other descriptors share an Epoll: it lives as long as its handle, so that
// nothing can go wrong with it, and a wake-up saves a system call and a second way into C.
#include "args.h"
#include "module.h"
#include "source.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

// The kernel refuses to read into less than the next event takes, and would go on telling of it for ever.
#define INTO_MIN (sizeof(struct inotify_event) + NAME_MAX + 1)

typedef struct {
  source base;
  int fd;
  napi_ref into;
} instance;

static napi_value init(napi_env env, napi_callback_info info) {
  (void) info;
  return answer(env, inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify_init1");
}

// inotifyAddWatch(fd, path, mask)
static napi_value add_watch(napi_env env, napi_callback_info info) {
  ARGS(3);
  int32_t fd;
  uint32_t mask;
  char path[PATH_MAX];
  size_t length;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_path(env, argv[1], "path", path, sizeof path, &length) ||
      !arg_u32(env, argv[2], "mask", &mask)) {
    return NULL;
  }
  int wd = inotify_add_watch(fd, path, mask);
  return wd < 0 ? fail_errno_of(env, errno, "inotify_add_watch", " '%s'", path) : number(env, wd);
}

// inotifyRmWatch(fd, wd)
static napi_value rm_watch(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd, wd;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_i32(env, argv[1], "wd", &wd)) return NULL;
  int rc = inotify_rm_watch(fd, wd);
  return rc < 0 ? fail_errno_of(env, errno, "inotify_rm_watch", " of watch %d", wd) : number(env, rc);
}

static void let_go(source *s) {
  instance *i = (instance *) s;
  uv_poll_stop(&s->uv.poll);
  close(i->fd);
  if (i->into) napi_delete_reference(s->env, i->into);
  i->into = NULL;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void) status;
  (void) events;
  instance *i = poll->data;
  napi_env env = i->base.env;
  napi_handle_scope scope;
  napi_value buffer = NULL;
  void *into = NULL;
  size_t size = 0;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  // Looked up at each turn, since a transfer to a worker takes the memory away.
  napi_get_reference_value(env, i->into, &buffer);
  napi_get_buffer_info(env, buffer, &into, &size);
  ssize_t count = size < INTO_MIN ? -1 : read(i->fd, into, size);
  if (count > 0) {
    source_call(&i->base, (int32_t) count);
  } else if (size < INTO_MIN) {
    source_give_up(&i->base);
    napi_throw_error(env, "ERR_CLOSED", "the buffer of an Inotify must not be transferred: the Inotify is closed");
    report_exception(env);
  } else if (errno != EAGAIN && errno != EINTR) {
    int err = errno;
    source_give_up(&i->base);
    fail_errno(env, err, "read");
    report_exception(env);
  }
  napi_close_handle_scope(env, scope);
}

static bool keep_into(napi_env env, napi_value self, napi_value into, instance *i) {
  napi_value fd;
  if (napi_create_reference(env, into, 1, &i->into) != napi_ok || napi_create_int32(env, i->fd, &fd) != napi_ok) {
    return false;
  }
  napi_property_descriptor property = { "fd", NULL, NULL, NULL, NULL, fd, napi_enumerable, NULL };
  return napi_define_properties(env, self, 1, &property) == napi_ok;
}

// new Inotify(into, callback)
static napi_value instance_new(napi_env env, napi_callback_info info) {
  ARGS(2);
  void *into;
  size_t size;
  uv_loop_t *loop;
  if (!arg_bytes(env, argv[0], "into", &into, &size) || !arg_function(env, argv[1], "callback")) return NULL;
  if (size < INTO_MIN) {
    return fail_type(env, "ERR_OUT_OF_RANGE", "into must have room for any event, at least %zu bytes: it has %zu",
                     INTO_MIN, size);
  }
  instance *i = (instance *) source_alloc(env, info, sizeof *i, &loop);
  if (!i) return NULL;
  i->base.let_go = let_go;
  i->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (i->fd < 0) {
    int err = errno;
    free(i);
    return fail_errno(env, err, "inotify_init1");
  }
  int rc = uv_poll_init(loop, &i->base.uv.poll, i->fd);
  if (rc < 0) {
    close(i->fd);
    free(i);
    return fail_errno(env, -rc, "uv_poll_init");
  }
  if (!source_open(&i->base, self, argv[1], "inotify-ts:inotify")) return NULL;
  bool kept = keep_into(env, self, argv[0], i);
  rc = kept ? uv_poll_start(&i->base.uv.poll, UV_READABLE, on_readable) : 0;
  if (kept && rc == 0) return self;
  source_discard(&i->base, self);
  return kept ? fail_errno(env, -rc, "uv_poll_start") : fail_napi(env);
}

static napi_value set_reading(napi_env env, napi_callback_info info) {
  ARGS(1);
  bool on;
  instance *i = (instance *) source_of(env, self);
  if (!i || !arg_bool(env, argv[0], "on", &on)) return NULL;
  int rc = on ? uv_poll_start(&i->base.uv.poll, UV_READABLE, on_readable) : uv_poll_stop(&i->base.uv.poll);
  return rc < 0 ? fail_errno(env, -rc, on ? "uv_poll_start" : "uv_poll_stop") : NULL;
}

napi_status define_inotify(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    METHOD("inotifyInit", init),
    METHOD("inotifyAddWatch", add_watch),
    METHOD("inotifyRmWatch", rm_watch),
  };
  napi_property_descriptor methods[] = {
    METHOD("setReading", set_reading),
    METHOD("setRef", source_set_ref),
    METHOD("close", source_close),
  };
  napi_status status = napi_define_properties(env, exports, COUNT(functions), functions);
  return status == napi_ok ? DEFINE_CLASS(env, exports, "Inotify", instance_new, methods) : status;
}
