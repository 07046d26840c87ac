#include "backend/types.h"

namespace holdfast::backend {

bool IsReaderOnly(AccessMode mode) {
  return mode == AccessMode::kSingleNodeReaderOnly ||
         mode == AccessMode::kMultiNodeReaderOnly;
}

std::string Name(AccessMode mode) {
  switch (mode) {
    case AccessMode::kSingleNodeWriter:
      return "SINGLE_NODE_WRITER";
    case AccessMode::kSingleNodeReaderOnly:
      return "SINGLE_NODE_READER_ONLY";
    case AccessMode::kMultiNodeReaderOnly:
      return "MULTI_NODE_READER_ONLY";
    case AccessMode::kMultiNodeSingleWriter:
      return "MULTI_NODE_SINGLE_WRITER";
    case AccessMode::kMultiNodeMultiWriter:
      return "MULTI_NODE_MULTI_WRITER";
    case AccessMode::kSingleNodeSingleWriter:
      return "SINGLE_NODE_SINGLE_WRITER";
    case AccessMode::kSingleNodeMultiWriter:
      return "SINGLE_NODE_MULTI_WRITER";
  }
  return "UNKNOWN";
}

bool Satisfies(int64_t size_bytes, const CapacityRange& range) {
  return size_bytes >= range.required_bytes &&
         (range.limit_bytes == 0 || size_bytes <= range.limit_bytes);
}

}  // namespace holdfast::backend
