// What the headers declare and the fakes name: read from the source, so that
// the lists which tests go by cannot fall behind it.

#ifndef HOLDFAST_TESTS_FAKES_INTERFACES_H_
#define HOLDFAST_TESTS_FAKES_INTERFACES_H_

#include <set>
#include <string>

namespace holdfast::fakes {

// Paths are from the root of the source.

// The pure virtual methods of a header, as "Class.Method". `of`: "const" for
// those that are const only, "" for all.
std::set<std::string> MethodsOf(const std::string& header,
                                const std::string& of = "");

// The methods of every interface that os/kernel.h is put together from.
std::set<std::string> MethodsOfKernel();

// The names of all calls that the fakes of the kernel take note of.
std::set<std::string> FakedCalls();

// What the one group of `pattern` matched in a file.
std::set<std::string> FoundIn(const std::string& path,
                              const std::string& pattern);

// Where the errnos that a call is failed with (errnos.h) are written: man
// pages, and the kernel's source where those are silent. Empty for a name that
// is no call.
std::string SourceOf(const std::string& call);

// What `all` has and `some` lacks, in one line; empty if nothing.
std::string Missing(const std::set<std::string>& all,
                    const std::set<std::string>& some);

}  // namespace holdfast::fakes

#endif  // HOLDFAST_TESTS_FAKES_INTERFACES_H_
