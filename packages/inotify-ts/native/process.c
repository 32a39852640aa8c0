// The process: session, root directory, name of the thread.
#include "args.h"
#include "module.h"
#include <errno.h>
#include <limits.h>
#include <sys/prctl.h>
#include <unistd.h>

static napi_value setsid_(napi_env env, napi_callback_info info) {
  (void) info;
  return answer(env, setsid(), "setsid");
}

// getsid(pid), or the caller's own.
static napi_value getsid_(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  size_t argc = 1;
  int32_t pid = 0;
  OK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc > 0 && !arg_i32(env, argv[0], "pid", &pid)) return NULL;
  return answer(env, getsid(pid), "getsid");
}

static napi_value chroot_(napi_env env, napi_callback_info info) {
  ARGS(1);
  char path[PATH_MAX];
  size_t length;
  if (!arg_path(env, argv[0], "path", path, sizeof path, &length)) return NULL;
  int rc = chroot(path);
  return rc < 0 ? fail_errno_of(env, errno, "chroot", " '%s'", path) : number(env, rc);
}

static napi_value set_thread_name(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[PATH_MAX];
  size_t length;
  if (!arg_path(env, argv[0], "name", name, sizeof name, &length)) return NULL;
  return answer(env, prctl(PR_SET_NAME, name), "prctl");
}

napi_status define_process(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    METHOD("setsid", setsid_),
    METHOD("getsid", getsid_),
    METHOD("chroot", chroot_),
    METHOD("setThreadName", set_thread_name),
  };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
