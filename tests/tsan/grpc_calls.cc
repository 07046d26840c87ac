// Makes visible to ThreadSanitizer that a call is sent before it is received.
//
// Debian's gRPC is not instrumented, and between client and server there is a
// socket. Whatever a thread did before it gave gRPC something to send is told
// to be before whatever a thread does after gRPC gave it something: more than
// is true where the two have nothing to do with each other, so races of the
// driver's inside are looked for without gRPC (tests/races).
//
// Defined like the locks in absl_mutex.cc. gRPC's C++ library calls these.

#include <grpc/grpc.h>
#include <sanitizer/tsan_interface.h>

#include "tests/tsan/next.h"

namespace {

using holdfast::tsan::Next;

// Its address stands for the wire.
char wire;

}  // namespace

grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* ops,
                                      size_t nops, void* tag, void* reserved) {
  static const Next<grpc_call_error, grpc_call*, const grpc_op*, size_t, void*,
                    void*>
      next("grpc_call_start_batch");
  __tsan_release(&wire);
  return next(call, ops, nops, tag, reserved);
}

grpc_event grpc_completion_queue_next(grpc_completion_queue* queue,
                                      gpr_timespec deadline, void* reserved) {
  static const Next<grpc_event, grpc_completion_queue*, gpr_timespec, void*>
      next("grpc_completion_queue_next");
  const grpc_event event = next(queue, deadline, reserved);
  __tsan_acquire(&wire);
  return event;
}

grpc_event grpc_completion_queue_pluck(grpc_completion_queue* queue, void* tag,
                                       gpr_timespec deadline, void* reserved) {
  static const Next<grpc_event, grpc_completion_queue*, void*, gpr_timespec,
                    void*>
      next("grpc_completion_queue_pluck");
  const grpc_event event = next(queue, tag, deadline, reserved);
  __tsan_acquire(&wire);
  return event;
}
