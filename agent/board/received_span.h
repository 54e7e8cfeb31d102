// What a received batch says, in plain values: the only form in which the board's other files see spans.
// Made by batch_decoder, owned by whoever took it from there. Its size is bounded by the body it came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace ordertrace {

struct ReceivedTag {
    std::string key;
    std::variant<std::string, std::int64_t, double, bool> value;  // STRING and BINARY, LONG, DOUBLE, BOOL
    friend bool operator==(const ReceivedTag&, const ReceivedTag&) = default;
};

struct ReceivedLog {
    TimePoint time{};
    std::vector<ReceivedTag> fields;
    friend bool operator==(const ReceivedLog&, const ReceivedLog&) = default;
};

struct ReceivedSpan {
    TraceId trace{};
    SpanId id{};
    ParentId parent{};
    std::string name;
    TimePoint start{};
    Duration duration{};
    std::vector<ReceivedTag> tags{};
    std::vector<ReceivedLog> logs{};
    friend bool operator==(const ReceivedSpan&, const ReceivedSpan&) = default;
};

struct ReceivedBatch {
    std::string service;  // of all its spans: kept once, however long it is
    std::vector<ReceivedSpan> spans{};
    std::string host{};  // the process's tag host.name
    friend bool operator==(const ReceivedBatch&, const ReceivedBatch&) = default;
};

// The tag's text, empty if there is none or it is no text. Of a repeated key the last counts, as in Jaeger.
std::string_view text_tag(const std::vector<ReceivedTag>& tags, std::string_view key);

// The tag's whole number, 0 if there is none or it is no whole number.
std::int64_t integer_tag(const std::vector<ReceivedTag>& tags, std::string_view key);

}  // namespace ordertrace
