#include "module.h"
#include "error.h"

napi_status define_class(napi_env env, napi_value exports, const char *name, napi_callback constructor, size_t count,
                         const napi_property_descriptor *methods) {
  napi_value class;
  napi_status status = napi_define_class(env, name, NAPI_AUTO_LENGTH, constructor, NULL, count, methods, &class);
  return status == napi_ok ? napi_set_named_property(env, exports, name, class) : status;
}

NAPI_MODULE_INIT() {
  napi_value revision;
  OK(napi_create_int32(env, REVISION, &revision));
  OK(napi_set_named_property(env, exports, "revision", revision));
  OK(define_epoll(env, exports));
  OK(define_signal(env, exports));
  OK(define_inotify(env, exports));
  OK(define_descriptors(env, exports));
  OK(define_sockets(env, exports));
  OK(define_process(env, exports));
  OK(define_permit(env, exports));
  OK(define_deadline(env, exports));
  return exports;
}
