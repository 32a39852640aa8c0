#include "args.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool any_number(napi_env env, napi_value value, const char *name, double *out) {
  if (napi_get_value_double(env, value, out) == napi_ok) return true;
  fail_type(env, "ERR_INVALID_ARG_TYPE", "%s must be a number", name);
  return false;
}

// NaN fails the comparison too.
static bool is_whole(double value, double min, double max) {
  return value >= min && value <= max && (double) (int64_t) value == value;
}

static bool whole(napi_env env, napi_value value, const char *name, double min, double max, double *out) {
  if (!any_number(env, value, name, out)) return false;
  if (is_whole(*out, min, max)) return true;
  fail_type(env, "ERR_OUT_OF_RANGE", "%s must be a whole number of 32 bits: it is %g", name, *out);
  return false;
}

bool arg_i32(napi_env env, napi_value value, const char *name, int32_t *out) {
  double wide;
  if (!whole(env, value, name, INT32_MIN, INT32_MAX, &wide)) return false;
  *out = (int32_t) wide;
  return true;
}

// Negative numbers are taken as bits, since JavaScript writes 0x80000000 | 1 as -2147483647.
bool arg_u32(napi_env env, napi_value value, const char *name, uint32_t *out) {
  double wide;
  if (!whole(env, value, name, INT32_MIN, UINT32_MAX, &wide)) return false;
  *out = (uint32_t) (int64_t) wide;
  return true;
}

bool arg_up_to(napi_env env, napi_value value, const char *name, int64_t max, int64_t *out) {
  double wide;
  if (!any_number(env, value, name, &wide)) return false;
  if (!is_whole(wide, 0, (double) max)) {
    fail_type(env, "ERR_OUT_OF_RANGE", "%s must be a whole number from 0 to %lld: it is %g", name, (long long) max, wide);
    return false;
  }
  *out = (int64_t) wide;
  return true;
}

bool arg_bool(napi_env env, napi_value value, const char *name, bool *out) {
  if (napi_get_value_bool(env, value, out) == napi_ok) return true;
  fail_type(env, "ERR_INVALID_ARG_TYPE", "%s must be true or false", name);
  return false;
}

bool arg_function(napi_env env, napi_value value, const char *name) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_function) return true;
  fail_type(env, "ERR_INVALID_ARG_TYPE", "%s must be a function", name);
  return false;
}

bool arg_bytes(napi_env env, napi_value value, const char *name, void **data, size_t *size) {
  bool is_buffer = false;
  if (napi_is_buffer(env, value, &is_buffer) == napi_ok && is_buffer &&
      napi_get_buffer_info(env, value, data, size) == napi_ok) {
    return true;
  }
  fail_type(env, "ERR_INVALID_ARG_TYPE", "%s must be a Buffer", name);
  return false;
}

bool arg_path(napi_env env, napi_value value, const char *name, char *into, size_t capacity, size_t *length) {
  bool is_buffer = false;
  napi_is_buffer(env, value, &is_buffer);
  void *data = NULL;
  if (is_buffer) {
    if (!arg_bytes(env, value, name, &data, length)) return false;
  } else if (napi_get_value_string_utf8(env, value, NULL, 0, length) != napi_ok) {
    fail_type(env, "ERR_INVALID_ARG_TYPE", "%s must be a string or a Buffer", name);
    return false;
  }
  if (*length >= capacity) {
    fail_errno_of(env, ENAMETOOLONG, name, ": at most %zu bytes, it has %zu", capacity - 1, *length);
    return false;
  }
  if (is_buffer && *length > 0) memcpy(into, data, *length);
  if (!is_buffer) napi_get_value_string_utf8(env, value, into, capacity, length);
  into[*length] = 0;
  if (!memchr(into, 0, *length)) return true;
  fail_type(env, "ERR_INVALID_ARG_VALUE", "%s must not hold a NUL byte", name);
  return false;
}

napi_value number(napi_env env, int64_t value) {
  napi_value result;
  OK(napi_create_int64(env, value, &result));
  return result;
}

napi_value answer(napi_env env, int64_t result, const char *syscall) {
  return result < 0 ? fail_errno(env, errno, syscall) : number(env, result);
}

napi_value descriptor_pair(napi_env env, const int fds[2]) {
  napi_value array, first, second;
  if (napi_create_array_with_length(env, 2, &array) == napi_ok && napi_create_int32(env, fds[0], &first) == napi_ok &&
      napi_create_int32(env, fds[1], &second) == napi_ok && napi_set_element(env, array, 0, first) == napi_ok &&
      napi_set_element(env, array, 1, second) == napi_ok) {
    return array;
  }
  close(fds[0]);
  close(fds[1]);
  return fail_napi(env);
}
