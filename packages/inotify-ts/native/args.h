// Arguments from JavaScript, checked before any system call sees them: NaN must not become descriptor 0.
#pragma once
#include "error.h"
#include <stdint.h>

// Up to here JavaScript counts without gaps.
#define SAFE_MAX (((int64_t) 1 << 53) - 1)

// Declares `self` and `argv` in a callback and refuses a call with fewer than `count` arguments.
#define ARGS(count)                                                          \
  napi_value argv[count], self;                                              \
  size_t argc = count;                                                       \
  OK(napi_get_cb_info(env, info, &argc, argv, &self, NULL));                 \
  if (argc < (count)) return fail_type(env, "ERR_MISSING_ARGS", "%d arguments are needed: there are %zu", count, argc)

// Each answers false with an exception pending.
bool arg_i32(napi_env env, napi_value value, const char *name, int32_t *out);
bool arg_u32(napi_env env, napi_value value, const char *name, uint32_t *out);
bool arg_up_to(napi_env env, napi_value value, const char *name, int64_t max, int64_t *out);
bool arg_bool(napi_env env, napi_value value, const char *name, bool *out);
bool arg_function(napi_env env, napi_value value, const char *name);
bool arg_bytes(napi_env env, napi_value value, const char *name, void **data, size_t *size);

// A path is text or bytes, since names on Linux are bytes; it is copied and ended by a NUL.
bool arg_path(napi_env env, napi_value value, const char *name, char *into, size_t capacity, size_t *length);

// The answer of a system call, or its failure as an exception.
napi_value answer(napi_env env, int64_t result, const char *syscall);
napi_value number(napi_env env, int64_t value);
napi_value descriptor_pair(napi_env env, const int fds[2]);
