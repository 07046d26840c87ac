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
//
// race: names of functions that are in the stack of the report.
const char* __tsan_default_suppressions() {
  return "called_from_lib:libgrpc.so\n"          // closures, slices, calls
         "called_from_lib:libgrpc++.so\n"        // completion queue tags
         "called_from_lib:libupb.so\n"           // messages of gRPC's own
         "called_from_lib:libabsl_status.so\n"   // its payload is counted
         "called_from_lib:libabsl_strings.so\n"  // called by gRPC
         "called_from_lib:libabsl_time.so\n"     // called by gRPC
         // Under a spin lock of Abseil; called by gRPC.
         "called_from_lib:libabsl_time_zone.so\n"
         // Abseil's own record of who waits for whom, under a spin lock.
         "called_from_lib:libabsl_graphcycles_internal.so\n"
         // Memory of gRPC. Not its whole library, which starts the threads.
         "race:gpr_malloc\n"
         "race:gpr_zalloc\n"
         "race:gpr_realloc\n"
         "race:gpr_free\n"
         "race:gpr_strdup\n"  // words of a status, handed over by its queue
         // Under a lock of libc's own; called by glog.
         "race:tzset_internal\n";
}

}  // extern "C"
