// Descriptors: locks, duplicates, flags, pipes, eventfd, reading.
#include "args.h"
#include "module.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1u << 2)
#endif

// flock(fd, operation)
static napi_value flock_(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd, operation;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_i32(env, argv[1], "operation", &operation)) return NULL;
  return answer(env, flock(fd, operation), "flock");
}

// fcntlLock(fd, command, type), of the whole file. The two that ask answer the holder's pid (-1 for a lock of an open
// file description), or 0 if the lock is free.
static napi_value fcntl_lock(napi_env env, napi_callback_info info) {
  ARGS(3);
  int32_t fd, command, type;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_i32(env, argv[1], "command", &command) ||
      !arg_i32(env, argv[2], "type", &type)) {
    return NULL;
  }
  if (command != F_SETLK && command != F_GETLK && command != F_OFD_SETLK && command != F_OFD_GETLK) {
    return fail_type(env, "ERR_INVALID_ARG_VALUE", "command must be one of the lock commands that don't wait: it is %d",
                     command);
  }
  struct flock lock = { .l_type = (short) type, .l_whence = SEEK_SET };
  if (fcntl(fd, command, &lock) < 0) return fail_errno_of(env, errno, "fcntl", " lock of descriptor %d", fd);
  bool asks = command == F_GETLK || command == F_OFD_GETLK;
  return number(env, asks && lock.l_type != F_UNLCK ? lock.l_pid : 0);
}

static napi_value dup_(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t fd;
  if (!arg_i32(env, argv[0], "fd", &fd)) return NULL;
  // Not below 3: a copy must never become standard output by chance.
  return answer(env, fcntl(fd, F_DUPFD_CLOEXEC, 3), "fcntl");
}

static napi_value dup2_(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd, onto;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_i32(env, argv[1], "onto", &onto)) return NULL;
  return answer(env, dup2(fd, onto), "dup2");
}

static napi_value cloexec_from(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t first;
  if (!arg_i32(env, argv[0], "first", &first)) return NULL;
  return answer(env, syscall(SYS_close_range, first, ~0u, CLOSE_RANGE_CLOEXEC), "close_range");
}

static napi_value set_nonblock(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd;
  bool on;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_bool(env, argv[1], "on", &on)) return NULL;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return fail_errno_of(env, errno, "fcntl", " of descriptor %d", fd);
  return answer(env, fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK), "fcntl");
}

static napi_value pipe_(napi_env env, napi_callback_info info) {
  (void) info;
  int fds[2];
  if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) return fail_errno(env, errno, "pipe2");
  return descriptor_pair(env, fds);
}

static napi_value eventfd_(napi_env env, napi_callback_info info) {
  (void) info;
  return answer(env, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

// read(fd, into): an answer instead of an exception for EAGAIN, which ends every loop that reads what is there.
static napi_value read_(napi_env env, napi_callback_info info) {
  ARGS(2);
  int32_t fd;
  void *into;
  size_t size;
  if (!arg_i32(env, argv[0], "fd", &fd) || !arg_bytes(env, argv[1], "into", &into, &size)) return NULL;
  ssize_t count;
  do {
    count = read(fd, into, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return number(env, -EAGAIN);
  return count < 0 ? fail_errno_of(env, errno, "read", " of descriptor %d", fd) : number(env, count);
}

// (fd, into, offset, length, position), the arguments of fs.readSync in their order: where in a buffer what place of a file goes.
struct place {
  int32_t fd;
  char *into;
  size_t length;
  int64_t position;
};

// Answers false with an exception pending.
static bool place_of(napi_env env, const napi_value argv[5], struct place *place) {
  void *into;
  size_t size;
  int64_t offset, length;
  if (!arg_i32(env, argv[0], "fd", &place->fd) || !arg_bytes(env, argv[1], "into", &into, &size) ||
      !arg_up_to(env, argv[2], "offset", (int64_t) size, &offset) ||
      !arg_up_to(env, argv[3], "length", (int64_t) size - offset, &length) ||
      !arg_up_to(env, argv[4], "position", SAFE_MAX, &place->position)) {
    return false;
  }
  place->into = (char *) into + offset;
  place->length = (size_t) length;
  return true;
}

static napi_value pread_(napi_env env, napi_callback_info info) {
  ARGS(5);
  struct place at;
  if (!place_of(env, argv, &at)) return NULL;
  ssize_t count;
  do {
    count = pread(at.fd, at.into, at.length, at.position);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? fail_errno_of(env, errno, "pread", " of descriptor %d", at.fd) : number(env, count);
}

// The same without ever waiting for a disk. -1 if all that is asked for, or all to the end of the file, isn't in memory,
// and whatever else is the matter: whoever reads in another way then is told.
static napi_value pread_cached(napi_env env, napi_callback_info info) {
  ARGS(5);
  struct place at;
  if (!place_of(env, argv, &at)) return NULL;
  size_t done = 0;
  while (done < at.length) {
    struct iovec rest = { .iov_base = at.into + done, .iov_len = at.length - done };
    ssize_t count = preadv2(at.fd, &rest, 1, at.position + (int64_t) done, RWF_NOWAIT);
    if (count < 0) return number(env, -1);
    if (count == 0) {
      // Linux 5.9 and 5.10 answer 0 also for what isn't in memory: see preadv2(2), under "Bugs".
      struct stat now;
      if (fstat(at.fd, &now) < 0 || now.st_size > at.position + (int64_t) done) return number(env, -1);
      break;
    }
    done += (size_t) count;
  }
  return number(env, (int64_t) done);
}

napi_status define_descriptors(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    METHOD("flock", flock_),
    METHOD("fcntlLock", fcntl_lock),
    METHOD("dup", dup_),
    METHOD("dup2", dup2_),
    METHOD("cloexecFrom", cloexec_from),
    METHOD("setNonblock", set_nonblock),
    METHOD("pipe", pipe_),
    METHOD("eventfd", eventfd_),
    METHOD("read", read_),
    METHOD("pread", pread_),
    METHOD("preadCached", pread_cached),
  };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
