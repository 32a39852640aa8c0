#include "args.h"
#include "module.h"
#include <errno.h>
#include <limits.h>
#include <sys/inotify.h>

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

napi_status define_inotify(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    METHOD("inotifyInit", init),
    METHOD("inotifyAddWatch", add_watch),
    METHOD("inotifyRmWatch", rm_watch),
  };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
