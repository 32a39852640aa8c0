// A permit to run that somebody else renews, over a socket. The kernel ends the process when it is over: no code of the
// process has to run for that, none runs afterwards, and a process that is stopped (SIGSTOP) ends as well. Times count
// while the machine sleeps. They are read by a thread of their own, as the loop may be busy when a renewal comes.
// Timers and threads by other ways than glibc's, whose names for them came with 2.34: an older one would load none of this.
#include "args.h"
#include "module.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define MS_NS ((int64_t) 1000000)
#define S_NS ((int64_t) 1000000000)
// What is usual, 8 MiB, would count against a limit of memory.
#define STACK_BYTES (128 * 1024)

#ifdef SYS_timer_settime64
#define SET_TIMER SYS_timer_settime64
#else
#define SET_TIMER SYS_timer_settime
#endif

// As the kernel has it where times have 64 bits.
typedef struct {
  int64_t interval_s, interval_ns, s, ns;
} timer_value;

typedef struct {
  int fd;
  int timer;
  int64_t stop_ms;
  // The numbers of the line that is being read, and which of them.
  int64_t field[2];
  int at;
} permit;

static int64_t now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * S_NS + time.tv_nsec;
}

static void kill_at(permit *p, int64_t kill_ms) {
  int64_t at = now_ns(CLOCK_BOOTTIME) + kill_ms * MS_NS - now_ns(CLOCK_MONOTONIC);
  if (at < 1) at = 1; // Nought would disarm it.
  timer_value when = { .s = at / S_NS, .ns = at % S_NS };
  syscall(SET_TIMER, p->timer, TIMER_ABSTIME, &when, NULL);
}

// Reads what is there: lines `STOP KILL`. Answers whether a line has ended, or -1 at the end.
static int take(permit *p) {
  char bytes[256];
  ssize_t count;
  do count = read(p->fd, bytes, sizeof bytes);
  while (count < 0 && errno == EINTR);
  if (count <= 0) return -1;
  int lines = 0;
  for (ssize_t i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      p->stop_ms = p->field[0];
      kill_at(p, p->field[1]);
      p->field[0] = p->field[1] = p->at = 0;
      lines = 1;
    } else if (bytes[i] == ' ') {
      p->at = 1;
    } else {
      p->field[p->at] = p->field[p->at] * 10 + (bytes[i] - '0');
    }
  }
  return lines;
}

static void stop(permit *p) {
  // First, so that whoever reads it knows why the process ends.
  send(p->fd, "stops\n", 6, MSG_NOSIGNAL);
  kill(getpid(), SIGTERM);
}

static void watch(void *data) {
  permit *p = data;
  bool is_asked = false;
  for (;;) {
    struct pollfd ready = { .fd = p->fd, .events = POLLIN };
    int64_t left = p->stop_ms - now_ns(CLOCK_MONOTONIC) / MS_NS;
    int found = poll(&ready, 1, is_asked ? -1 : left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int) left);
    if (found < 0) continue;
    if (found > 0 && take(p) >= 0) continue;
    if (!is_asked) stop(p);
    is_asked = true;
    if (found > 0) return; // Nobody is there to renew it. What it said last still counts.
  }
}

// obeyPermit(fd): waits for the first line.
static napi_value obey_permit(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t fd;
  if (!arg_i32(env, argv[0], "fd", &fd)) return NULL;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
    return fail_errno(env, errno, "fcntl");
  permit *p = calloc(1, sizeof *p);
  if (!p) return fail_errno(env, ENOMEM, "calloc");
  p->fd = fd;
  struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
  if (syscall(SYS_timer_create, CLOCK_BOOTTIME, &event, &p->timer) < 0) {
    int err = errno;
    free(p);
    return fail_errno(env, err, "timer_create");
  }
  int taken;
  while (!(taken = take(p)));
  // The thread takes no signal from those who wait for it.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  uv_thread_t thread;
  uv_thread_options_t small = { .flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_BYTES };
  int err = taken < 0 ? EPIPE : -uv_thread_create_ex(&thread, &small, watch, p);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (err) {
    syscall(SYS_timer_delete, p->timer);
    free(p);
    return fail_errno(env, err, taken < 0 ? "read" : "uv_thread_create");
  }
  return number(env, 0);
}

napi_status define_permit(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = { METHOD("obeyPermit", obey_permit) };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
