#include "tests/root/load/load.h"

namespace holdfast::root {

Load::Load(const std::vector<Caller::Spec>& callers, Patience patience)
    : gate_(patience) {
  for (const Caller::Spec& caller : callers) {
    threads_.emplace_back(&Load::Run, this, Caller(caller, gate_));
  }
}

absl::Status Load::status() const {
  const absl::MutexLock lock(&mutex_);
  return status_;
}

absl::Status Load::Stop() {
  stop_ = true;
  gate_.Open();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  return status();
}

void Load::Run(Caller caller) {
  while (!stop_) {
    const absl::Status status = caller.Step();
    if (status.ok()) continue;
    const absl::MutexLock lock(&mutex_);
    status_.Update(status);
    stop_ = true;
  }
}

}  // namespace holdfast::root
