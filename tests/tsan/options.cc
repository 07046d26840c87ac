// How programs built with ThreadSanitizer run, and what it does not report.

extern "C" {

// Called by the runtime; the environment's TSAN_OPTIONS go before them.
const char* __tsan_default_options();
const char* __tsan_default_suppressions();

const char* __tsan_default_options() {
  return "halt_on_error=0:second_deadlock_stack=1:history_size=4";
}

// Each with its reason. Never a blanket one, and none for our own code.
//
// called_from_lib: what these libraries do by themselves with memory
// (operator new and delete, memcpy, memcmp) is not held against others. They
// are not instrumented, so TSan sees those accesses, but not the atomic
// operations (reference counts, lock-free queues) that order them. What our
// code does when they call it is checked as everything else, and the locks of
// all of them are seen (absl_mutex.cc).
const char* __tsan_default_suppressions() {
  return "called_from_lib:libgrpc.so\n"          // closures, slices, calls
         "called_from_lib:libgrpc++.so\n"        // completion queue tags
         "called_from_lib:libupb.so\n"           // messages of gRPC's own
         "called_from_lib:libabsl_status.so\n"   // its payload is counted
         "called_from_lib:libabsl_strings.so\n"  // called by gRPC
         "called_from_lib:libabsl_time.so\n";    // called by gRPC
}

}  // extern "C"
