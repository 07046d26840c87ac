#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "rpc/resolver.h"

namespace holdfast::rpc {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(3);

using Addresses = absl::StatusOr<std::vector<std::string>>;

absl::Status Unresolved(const std::string& name, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("the name ", Quote(name), " cannot be resolved (", why,
                   "); see that it exists and that the name server answers"));
}

std::string TextOf(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* bytes =
      address->sa_family == AF_INET
          ? static_cast<const void*>(
                &reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
          : &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  return inet_ntop(address->sa_family, bytes, text.data(), text.size());
}

Addresses Ask(const std::string& name) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (error != 0) return Unresolved(name, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found,
                                                                &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* each = list.get(); each; each = each->ai_next) {
    addresses.push_back(TextOf(each->ai_addr));
  }
  // A machine with addresses of both families is one machine, not two.
  const auto is_v4 = [](const std::string& address) {
    return address.find(':') == std::string::npos;
  };
  if (std::any_of(addresses.begin(), addresses.end(), is_v4)) {
    std::erase_if(addresses, std::not_fn(is_v4));
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()),
                  addresses.end());
  return addresses;
}

// Shared by who waits and by the thread that asks, which may outlive it.
struct Question {
  Addresses answer;
  absl::Notification done;
};

class LinuxResolver final : public Resolver {
 public:
  Addresses Resolve(const std::string& name) override {
    const std::shared_ptr<Question> question = Start(name);
    if (!question) return Unresolved(name, "no thread can be made");
    if (!question->done.WaitForNotificationWithTimeout(kPatience)) {
      return Unresolved(name, "no answer yet");
    }
    absl::MutexLock lock(&mutex_);
    const auto it = questions_.find(name);
    if (it != questions_.end() && it->second == question) questions_.erase(it);
    return question->answer;
  }

 private:
  // The one that is under way, or a new one. Null if there is no thread.
  std::shared_ptr<Question> Start(const std::string& name) {
    absl::MutexLock lock(&mutex_);
    std::shared_ptr<Question>& question = questions_[name];
    if (question) return question;
    auto fresh = std::make_shared<Question>();
    try {
      std::thread([fresh, name] {
        fresh->answer = Ask(name);
        fresh->done.Notify();
      }).detach();
    } catch (const std::system_error&) {
      return nullptr;
    }
    question = std::move(fresh);
    return question;
  }

  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<Question>> questions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Resolver> SystemResolver() {
  return std::make_unique<LinuxResolver>();
}

}  // namespace holdfast::rpc
