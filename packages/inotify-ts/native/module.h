// What each file adds to the module's exports.
#pragma once
#include <node_api.h>

// Told to the loader, which refuses a binary of another revision. It rises whenever a name or an argument changes.
#define REVISION 7

#define METHOD(name, function) { name, NULL, function, NULL, NULL, NULL, napi_default_method, NULL }
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DEFINE_CLASS(env, exports, name, constructor, methods) \
  define_class(env, exports, name, constructor, COUNT(methods), methods)

napi_status define_class(napi_env env, napi_value exports, const char *name, napi_callback constructor, size_t count,
                         const napi_property_descriptor *methods);

napi_status define_epoll(napi_env env, napi_value exports);
napi_status define_signal(napi_env env, napi_value exports);
napi_status define_inotify(napi_env env, napi_value exports);
napi_status define_descriptors(napi_env env, napi_value exports);
napi_status define_sockets(napi_env env, napi_value exports);
napi_status define_process(napi_env env, napi_value exports);
napi_status define_permit(napi_env env, napi_value exports);
napi_status define_deadline(napi_env env, napi_value exports);
