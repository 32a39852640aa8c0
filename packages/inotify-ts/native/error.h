// Failures as JavaScript exceptions, in the shape of Node's own: code 'ENOENT', errno -2, syscall 'inotify_add_watch'.
#pragma once
#include <node_api.h>

// Each of these leaves an exception pending and answers NULL, so that a callback can `return` it.
napi_value fail_napi(napi_env env);
napi_value fail_errno(napi_env env, int err, const char *syscall);
napi_value fail_errno_of(napi_env env, int err, const char *syscall, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));
napi_value fail_type(napi_env env, const char *code, const char *text, ...) __attribute__((format(printf, 3, 4)));

#define OK(call)                                \
  do {                                          \
    if ((call) != napi_ok) return fail_napi(env); \
  } while (0)

// Hands a pending exception to process.on('uncaughtException'): for callbacks that no JavaScript called.
void report_exception(napi_env env);
