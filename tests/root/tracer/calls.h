// Which system calls a kill at its worst moment is worth trying at.

#ifndef HOLDFAST_TESTS_ROOT_TRACER_CALLS_H_
#define HOLDFAST_TESTS_ROOT_TRACER_CALLS_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>

namespace holdfast::root {

// A system call at its entry.
struct ObservedCall {
  pid_t tid = 0;
  uint64_t number = 0;
  std::array<uint64_t, 6> arguments = {};
};

// True if the call may change something that outlives the process. A kill at
// any other call leaves the machine as a kill at the next one that counts. The
// rule is a list of those that surely change nothing: a call nobody thought
// of counts. Reads the tracee's memory and descriptors.
bool Counts(const ObservedCall& call);

// True if the call is a message to a peer: sendmsg and its kin.
bool IsSend(const ObservedCall& call);

// True if the call starts a process (and not a thread).
bool StartsProcess(const ObservedCall& call);

// "linkat /pool/volumes/p0…": the name with the path or the descriptor's file.
std::string Describe(const ObservedCall& call);

}  // namespace holdfast::root

#endif  // HOLDFAST_TESTS_ROOT_TRACER_CALLS_H_
