// Where the steps room puts what it makes: spans, and the life of open steps, in order.
// An interface because steps knows neither the encoder nor the journal; the app's recorder and the tests implement it.
// Called by the intake thread only.
#pragma once

#include <cstdint>
#include <string_view>

#include "steps/span.h"

namespace ordertrace {

// What a span was made for: an event, or the agent itself (the label of ordertrace_spans_own_total).
enum class SpanOrigin : std::uint8_t { event, started, overdue, abandoned, title, beat };

// Records of the life of open steps, as the journal keeps them (proto/journal.md).
enum class StepRecord : std::uint8_t { opened = 2, closed = 3, noted = 4, marked = 5 };

class StepSink {
public:
    virtual ~StepSink() = default;
    virtual void span(const Span& span, SpanOrigin origin) = 0;
    // `bytes` is what OpenSteps::replay will be given again after a restart.
    // Returns the id of the oldest journal segment the record can lie in.
    virtual std::uint64_t step_record(StepRecord kind, std::string_view bytes) = 0;
};

}  // namespace ordertrace
