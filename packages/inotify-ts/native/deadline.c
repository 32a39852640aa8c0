// A deadline for code that can't be interrupted: an endless loop, or a call that waits. The kernel tells it by SIGALRM, and
// the handler, which runs whatever the process is about, says why on stderr and ends it.
#include "args.h"
#include "module.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define MS_PER_S 1000
#define US_PER_MS 1000

// What the handler reads. It is only written while no deadline is set.
static struct {
  char *message;
  size_t size;
  int code;
} last;

static void end(int signal) {
  (void) signal;
  ssize_t written = write(STDERR_FILENO, last.message, last.size);
  (void) written; // There is nobody left to be told.
  _exit(last.code);
}

static int set_timer(int64_t ms) {
  struct itimerval at = { .it_value = { .tv_sec = ms / MS_PER_S, .tv_usec = ms % MS_PER_S * US_PER_MS } };
  return setitimer(ITIMER_REAL, &at, NULL);
}

// Whoever handles the signal by now goes on doing so.
static napi_value take_back(napi_env env) {
  struct sigaction now;
  sigaction(SIGALRM, NULL, &now);
  if (now.sa_handler == end) signal(SIGALRM, SIG_DFL);
  return number(env, 0);
}

// endAfter(ms, message, code); of 0 ms: no longer.
static napi_value end_after(napi_env env, napi_callback_info info) {
  ARGS(3);
  int64_t ms;
  void *bytes;
  size_t size;
  int32_t code;
  if (!arg_up_to(env, argv[0], "ms", INT32_MAX, &ms) || !arg_bytes(env, argv[1], "message", &bytes, &size) ||
      !arg_i32(env, argv[2], "code", &code))
    return NULL;
  set_timer(0);
  if (ms == 0) return take_back(env);
  char *message = realloc(last.message, size + 1);
  if (!message) return fail_errno(env, ENOMEM, "realloc");
  memcpy(message, bytes, size);
  last.message = message;
  last.size = size;
  last.code = code;
  struct sigaction action = { .sa_handler = end };
  sigaction(SIGALRM, &action, NULL);
  return answer(env, set_timer(ms), "setitimer");
}

napi_status define_deadline(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = { METHOD("endAfter", end_after) };
  return napi_define_properties(env, exports, COUNT(functions), functions);
}
