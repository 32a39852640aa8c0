#include "error.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <uv.h>

napi_value fail_napi(napi_env env) {
  bool pending = false;
  // Read before the next call, which overwrites it.
  const napi_extended_error_info *info = NULL;
  napi_get_last_error_info(env, &info);
  const char *text = info && info->error_message ? info->error_message : "Node-API call failed";
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, "ERR_NAPI", text);
  return NULL;
}

static napi_status set_text(napi_env env, napi_value object, const char *key, const char *text) {
  napi_value value;
  napi_status status = napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return status == napi_ok ? napi_set_named_property(env, object, key, value) : status;
}

napi_value fail_errno(napi_env env, int err, const char *syscall) {
  return fail_errno_of(env, err, syscall, "%s", "");
}

napi_value fail_errno_of(napi_env env, int err, const char *syscall, const char *detail, ...) {
  char code[32], reason[128], more[PATH_MAX + 64], text[PATH_MAX + 512];
  va_list values;
  va_start(values, detail);
  vsnprintf(more, sizeof more, detail, values);
  va_end(values);
  uv_err_name_r(-err, code, sizeof code);
  uv_strerror_r(-err, reason, sizeof reason);
  snprintf(text, sizeof text, "%s: %s, %s%s", code, reason, syscall, more);
  napi_value error, message, number;
  OK(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message));
  OK(napi_create_error(env, NULL, message, &error));
  OK(napi_create_int32(env, -err, &number));
  OK(napi_set_named_property(env, error, "errno", number));
  OK(set_text(env, error, "code", code));
  OK(set_text(env, error, "syscall", syscall));
  OK(napi_throw(env, error));
  return NULL;
}

napi_value fail_type(napi_env env, const char *code, const char *format, ...) {
  char text[256];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  napi_throw_type_error(env, code, text);
  return NULL;
}

void report_exception(napi_env env) {
  bool pending = false;
  napi_value error;
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) return;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}
