// A finished span, ready to be encoded. Pure data of views, valid until its maker makes the next one.
#pragma once

#include <string_view>

#include <boost/container/static_vector.hpp>

#include "base/ids.h"
#include "base/time.h"
#include "steps/tag.h"

namespace ordertrace {

struct SpanReference {
    enum class Type : std::uint8_t { child_of, follows_from };
    Type type = Type::follows_from;
    TraceId trace;
    SpanId span;
};

// One remark on the span's time line. The fields lie in a pool of the span's maker.
struct SpanLog {
    TimePoint time{};
    const Tag* fields = nullptr;
    std::size_t field_count = 0;
};

struct Span {
    static constexpr std::size_t max_tags = 160;  // own tags + attributes of start and end + remarks
    static constexpr std::size_t max_logs = 34;   // 32 notes, the start's and the end's own

    std::string_view system;  // the Jaeger service; `order` has a process of its own
    TraceId trace;
    SpanId id;
    ParentId parent;
    std::string_view name;
    TimePoint start{};
    Duration duration{1};  // at least 1 µs
    boost::container::static_vector<SpanReference, 2> references;
    boost::container::static_vector<Tag, max_tags> tags;
    boost::container::static_vector<SpanLog, max_logs> logs;
};

}  // namespace ordertrace
