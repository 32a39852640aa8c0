#include "source.h"
#include "args.h"
#include <errno.h>
#include <stdlib.h>

source *source_alloc(napi_env env, napi_callback_info info, size_t size, uv_loop_t **loop) {
  napi_value target = NULL;
  if (napi_get_new_target(env, info, &target) != napi_ok || !target) {
    fail_type(env, "ERR_CONSTRUCT_CALL_REQUIRED", "this class must be called with new");
    return NULL;
  }
  if (napi_get_uv_event_loop(env, loop) != napi_ok) {
    fail_napi(env);
    return NULL;
  }
  source *s = calloc(1, size);
  if (!s) {
    fail_errno_of(env, ENOMEM, "calloc", " of %zu bytes", size);
    return NULL;
  }
  s->env = env;
  return s;
}

static void release(uv_handle_t *handle) {
  source *s = handle->data;
  // The hook keeps the environment alive, so it goes last of all.
  if (s->hook) napi_remove_async_cleanup_hook(s->hook);
  free(s);
}

static void drop(napi_env env, napi_ref *reference) {
  if (*reference) napi_delete_reference(env, *reference);
  *reference = NULL;
}

void source_shut(source *s) {
  if (!s->open) return;
  s->open = false;
  s->let_go(s);
  drop(s->env, &s->self);
  drop(s->env, &s->callback);
  if (s->async) napi_async_destroy(s->env, s->async);
  s->async = NULL;
  uv_close(&s->uv.handle, release);
}

void source_discard(source *s, napi_value self) {
  void *wrapped;
  napi_remove_wrap(s->env, self, &wrapped);
  source_shut(s);
}

void source_give_up(source *s) {
  napi_value self;
  if (napi_get_reference_value(s->env, s->self, &self) == napi_ok) source_discard(s, self);
}

static void environment_ends(napi_async_cleanup_hook_handle hook, void *data) {
  (void) hook;
  source_shut(data);
}

napi_value source_open(source *s, napi_value self, napi_value callback, const char *name) {
  napi_env env = s->env;
  napi_value text;
  s->uv.handle.data = s;
  s->open = true;
  // The wrap comes last: what fails before it leaves no object that points at freed memory.
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &text) == napi_ok &&
      napi_async_init(env, self, text, &s->async) == napi_ok &&
      napi_create_reference(env, self, 1, &s->self) == napi_ok &&
      napi_create_reference(env, callback, 1, &s->callback) == napi_ok &&
      napi_add_async_cleanup_hook(env, environment_ends, s, &s->hook) == napi_ok &&
      napi_wrap(env, self, s, NULL, NULL, NULL) == napi_ok) {
    return self;
  }
  fail_napi(env);
  source_shut(s);
  return NULL;
}

source *source_of(napi_env env, napi_value self) {
  void *s = NULL;
  if (napi_unwrap(env, self, &s) == napi_ok && s) return s;
  napi_throw_error(env, "ERR_CLOSED", "this handle is closed");
  return NULL;
}

void source_call(source *s, int32_t value) {
  napi_env env = s->env;
  napi_value callback, receiver, argument, result;
  if (napi_get_reference_value(env, s->callback, &callback) != napi_ok ||
      napi_get_reference_value(env, s->self, &receiver) != napi_ok ||
      napi_create_int32(env, value, &argument) != napi_ok) {
    return;
  }
  if (napi_make_callback(env, s->async, receiver, callback, 1, &argument, &result) != napi_ok) report_exception(env);
}

napi_value source_set_ref(napi_env env, napi_callback_info info) {
  ARGS(1);
  bool on;
  source *s = source_of(env, self);
  if (!s || !arg_bool(env, argv[0], "on", &on)) return NULL;
  if (on) {
    uv_ref(&s->uv.handle);
  } else {
    uv_unref(&s->uv.handle);
  }
  return NULL;
}

napi_value source_close(napi_env env, napi_callback_info info) {
  napi_value self;
  void *s = NULL;
  OK(napi_get_cb_info(env, info, NULL, NULL, &self, NULL));
  if (napi_remove_wrap(env, self, &s) == napi_ok && s) source_shut(s);
  return NULL;
}
