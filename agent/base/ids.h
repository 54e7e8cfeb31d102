// Ids of traces and spans. Each kind is its own type: swapping two of them does not compile.
#pragma once

#include <compare>
#include <cstdint>

namespace ordertrace {

// Bytes 0-7 and 8-15 of the 128-bit trace id, read big-endian.
struct TraceId {
    std::uint64_t high{};
    std::uint64_t low{};
    friend auto operator<=>(const TraceId&, const TraceId&) = default;
};

template <class Tag>
struct Id64 {
    std::uint64_t value{};
    friend auto operator<=>(const Id64&, const Id64&) = default;
};

using SpanId = Id64<struct SpanIdTag>;
using ParentId = Id64<struct ParentIdTag>;  // 0: no parent

}  // namespace ordertrace
