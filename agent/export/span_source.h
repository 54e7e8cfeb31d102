// What a destination delivers from: the journal. An interface, so that delivery is tested without files.
// Used by the delivery thread only.
#pragma once

#include <memory>
#include <string_view>

#include "journal/journal_reader.h"

namespace ordertrace {

// One destination's position; the contract of each call is JournalReader's.
class SpanSource {
public:
    virtual ~SpanSource() = default;
    virtual bool read(const WindowLimits& limits, Window& window) = 0;
    virtual void commit(const Window& window, std::uint64_t refused) = 0;
    virtual std::uint64_t backlog() const = 0;
    virtual bool set_aside(const StoredSpan& span, std::string_view batch) = 0;
};

class SpanSupply {
public:
    virtual ~SpanSupply() = default;
    virtual std::unique_ptr<SpanSource> source(std::size_t destination) = 0;
    // Becomes readable once something is written after prepare_to_sleep(). Who was told looks again before it sleeps.
    virtual int doorbell() const = 0;
    virtual void prepare_to_sleep() = 0;
    virtual void woke_up() = 0;
};

std::unique_ptr<SpanSupply> journal_supply(std::shared_ptr<JournalShared> journal);

}  // namespace ordertrace
