// What an Epoll and a signal share: a libuv handle that calls a JavaScript function, lives until it is closed, and
// goes with its environment when a worker is terminated.
#pragma once
#include "error.h"
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

typedef struct source source;
struct source {
  union {
    uv_handle_t handle;
    uv_poll_t poll;
    uv_signal_t signal;
  } uv;
  napi_env env;
  bool open;                // The libuv handle is initialised and nobody has begun to close it.
  void (*let_go)(source *); // Frees what the kind of source has of its own, once.
  napi_ref self;            // Strong: an open source outlives the last mention of it in JavaScript.
  napi_ref callback;
  napi_async_context async;
  napi_async_cleanup_hook_handle hook;
};

// Zeroed memory of `size` bytes that begins with a source; NULL with an exception pending.
source *source_alloc(napi_env env, napi_callback_info info, size_t size, uv_loop_t **loop);

// To be called once the libuv handle is initialised. Answers NULL with an exception pending, and the source shut.
napi_value source_open(source *s, napi_value self, napi_value callback, const char *name);

// The open source of a JavaScript object; NULL with an exception pending.
source *source_of(napi_env env, napi_value self);

// Gives everything back; the memory goes when libuv has let go of the handle. A second call does nothing.
void source_shut(source *s);

// The same, and the JavaScript object knows that it is closed. Not with an exception pending.
void source_discard(source *s, napi_value self);

// Closes a source that can't go on by itself: the caller throws then, for `report_exception`.
void source_give_up(source *s);

// Calls the function with one number. The source may be shut when this returns.
void source_call(source *s, int32_t value);

// The methods setRef(on) and close().
napi_value source_set_ref(napi_env env, napi_callback_info info);
napi_value source_close(napi_env env, napi_callback_info info);
