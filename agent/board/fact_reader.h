// Reads what the register needs out of received spans: facts of the orders of one namespace, and the beats of all
// systems. Pure, no state of its own; any thread. What it gives is within the protocol's limits (FactTexts), valid
// UTF-8 without NUL, and of times that can be added: a span may come from anyone.
#pragma once

#include <string>

#include "board/received_span.h"
#include "store/fact_batch.h"

namespace ordertrace {

struct FactTexts {
    static constexpr std::size_t order = 128;  // a longer one is no order's id
    static constexpr std::size_t name = 128;   // systems, statuses, ways, messages, instances, aliases
    static constexpr std::size_t span_name = 160;
    static constexpr std::size_t edge = 2 * name + 1;
    static constexpr std::size_t note = 4096;
    static constexpr std::size_t restarts = 16;  // of a beat
};

class FactReader {
public:
    // `destination`: the name the agents have for this store (watch.destination): what they dropped to others is no
    // loss.
    FactReader(std::string name_space, const std::string& destination)
        : name_space_{std::move(name_space)}, dropped_tag_{"agent.dropped." + destination} {}

    FactBatch read(const ReceivedBatch& batch) const;

private:
    void read_one(const std::string& system, const std::string& host, const ReceivedSpan& span, FactBatch& out) const;
    Beat to_beat(const std::string& host, const ReceivedSpan& span) const;

    std::string name_space_;
    std::string dropped_tag_;
};

}  // namespace ordertrace
