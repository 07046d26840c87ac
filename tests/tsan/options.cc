// How programs built with ThreadSanitizer run, and what it does not report.

extern "C" {

// Called by the runtime; the environment's TSAN_OPTIONS go before them.
const char* __tsan_default_options();
const char* __tsan_default_suppressions();

const char* __tsan_default_options() {
  return "halt_on_error=0:second_deadlock_stack=1:history_size=4";
}

// Each with its reason. Never a blanket one, and none for our own code.
const char* __tsan_default_suppressions() { return ""; }

}  // extern "C"
