// Signals by number, the real-time ones included: process.on() knows names only, and takes SIGRTMIN without a word.
// libuv passes one message through a pipe for each time that its handler ran, so real-time signals, which the kernel
// queues, arrive as often as they were sent. Ordinary signals merge in the kernel.
#include "args.h"
#include "module.h"
#include "source.h"
#include <stdlib.h>

static void let_go(source *s) {
  uv_signal_stop(&s->uv.signal);
}

static void on_signal(uv_signal_t *signal, int signum) {
  source *s = signal->data;
  napi_env env = s->env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  source_call(s, signum);
  napi_close_handle_scope(env, scope);
}

static napi_value signal_new(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t signum;
  uv_loop_t *loop;
  if (!arg_i32(env, argv[0], "signum", &signum) || !arg_function(env, argv[1], "callback")) return NULL;
  source *s = source_alloc(env, info, sizeof *s, &loop);
  if (!s) return NULL;
  s->let_go = let_go;
  int rc = uv_signal_init(loop, &s->uv.signal);
  if (rc < 0) {
    free(s);
    return fail_errno(env, -rc, "uv_signal_init");
  }
  if (!source_open(s, self, argv[1], "inotify-ts:signal")) return NULL;
  rc = uv_signal_start(&s->uv.signal, on_signal, signum);
  if (rc < 0) {
    source_discard(s, self);
    return fail_errno_of(env, -rc, "sigaction", " of signal %d", signum);
  }
  uv_unref(&s->uv.handle);
  return self;
}

napi_status define_signal(napi_env env, napi_value exports) {
  napi_property_descriptor methods[] = {
    METHOD("setRef", source_set_ref),
    METHOD("close", source_close),
  };
  return DEFINE_CLASS(env, exports, "UvSignal", signal_new, methods);
}
