// What the delivery thread knows of the log: its segments, where each destination stands, which numbers are missing and
// why. It alone drops, unlinks and sets aside. Owned by JournalShared; filled by the replay before delivery begins,
// then used by the delivery thread only. As many segments as the limit allows, as many kept files as it allows.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "journal/gap_table.h"
#include "journal/segment.h"
#include "journal/state_page.h"

namespace ordertrace {

class JournalShared;

// A point in the log, with the processes that are known there.
struct LogPlace {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t number = 0;  // every number up to here is delivered or accounted for
    std::vector<std::string> processes;
};

struct ReaderState {
    LogPlace place;  // committed
    bool in_flight = false;
    std::uint64_t window_end = 0;  // segment the window in flight ends in; it begins in place.segment
};

// A file that is no part of the log any more and counts into the limit: corrupt segments, rejected spans.
struct KeptFile {
    std::string path;
    std::uint64_t bytes = 0;
};

class Delivery {
public:
    explicit Delivery(JournalShared& shared) : shared_{shared} {}
    ~Delivery();

    std::vector<std::unique_ptr<Segment>> segments;  // in the order of their ids; the last one may still grow
    std::vector<ReaderState> destinations;
    std::deque<KeptFile> kept;  // oldest first
    GapTable gaps;
    DeliveryState state;  // as it will be stored

    // Takes over the segments intake has published.
    void pull();
    // The first segment whose id is not below `id`; null if there is none.
    Segment* at_or_after(std::uint64_t id) const;
    bool sealed(const Segment& segment) const;
    // Moves the destination there and books the losses, in one store.
    void commit(std::size_t destination, const LogPlace& place, const Losses& losses);
    void store();

    // Kept files first, then the oldest segments that no window holds, until the limit is kept.
    void make_room();
    // What every destination has passed.
    void release_passed();
    void sync();
    // True if the disk took the file.
    bool keep(const std::string& path, std::string_view bytes);

private:
    bool drop_oldest(bool in_memory);
    void want_rewritten(std::size_t index);
    void book_dropped(const Segment& segment, DropReason reason);
    void book_dropped(std::size_t destination, const Segment& segment, DropReason reason);
    bool held(const Segment& segment) const;
    bool passed(const Segment& segment) const;
    bool may_go(const Segment& segment) const;
    // False if the disk refused: the segment stays and is tried again.
    bool let_go(std::size_t index, bool keep_damaged);
    bool remove_oldest_kept();
    void forget_kept(const std::string& path);

    JournalShared& shared_;
    std::uint64_t synced_segment_ = 0;
    std::uint64_t synced_bytes_ = 0;
    bool state_changed_ = false;
};

}  // namespace ordertrace
