// The journal: one file-backed log of append-only segments between intake and delivery. See proto/journal.md.
// This header is the intake thread's side; journal/journal_reader.h is the delivery thread's.
// Bounds: the log takes at most `limit` bytes on disk (oldest dropped, counted), `memory_limit` bytes in memory
// while the disk refuses. Nothing here blocks on delivery.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "base/result.h"
#include "base/time.h"

namespace ordertrace {

class Disk;
class JournalShared;  // what both threads see: atomics, the segment table, the state page, the doorbell

struct JournalSettings {
    std::string directory = "/var/lib/ordertrace-agent";
    std::uint64_t limit = 256ULL << 20U;
    std::uint64_t memory_limit = 16ULL << 20U;
    Duration sync_every = std::chrono::seconds{1};
    friend bool operator==(const JournalSettings&, const JournalSettings&) = default;
};

class Journal {
public:
    // Takes the lock on the directory and reads the state page; the log itself is read by replay().
    // `destinations` are the names of the configuration. A directory that cannot be written is not an error (memory
    // segment, gauge); one locked by another agent is. The returned object is for the intake thread.
    static Result<std::unique_ptr<Journal>> open(const JournalSettings& settings, Disk& disk,
                                                 const std::vector<std::string>& destinations, TimePoint now);
    virtual ~Journal() = default;

    // Every record of the life of open steps that the old segments hold, in order: (kind, bytes, segment id).
    // Verifies checksums as it goes, settles the balance (numbers the state has and the log has not become
    // dropped{crash|memory}, numbers only the log has are booked as received, accepted{other}, became{span}) and opens
    // a new segment. Once, before the first span; delivery finds nothing to read until it is over.
    using StepRecordVisitor = std::function<void(std::uint8_t kind, std::string_view bytes, std::uint64_t segment)>;
    virtual void replay(const StepRecordVisitor& visit) = 0;

    // The counters as they will be after this burst. `recorded` and `memory_from` are the journal's own.
    virtual IntakeCounters& counters() = 0;

    // Adds a span to the burst, gives it the next sequence number. `process` is the encoded Thrift Process; the same
    // bytes are written once a segment. No allocation once the burst buffer has grown to its working size (a long burst
    // is written in pieces, visible at the commit).
    virtual void add_span(std::string_view process, TimePoint start, std::string_view span) = 0;
    // Adds a record of an open step's life (kind 2 to 127); returns the id of the oldest segment it can lie in.
    virtual std::uint64_t add_step_record(std::uint8_t kind, std::string_view bytes) = 0;
    // State page first, then one write, then delivery is told. With an empty burst: only the state page.
    virtual void commit() = 0;

    // Once a second: back from memory to disk when it accepts writes again.
    virtual void tick(TimePoint now) = 0;
    // Segments below this id are about to go: the still open steps in them must be appended anew (add_step_record,
    // commit), then `rewritten(id)` lets them go. 0: nothing to do. Costs two atomic loads: ask after each commit.
    virtual std::uint64_t rewrite_steps_below() const = 0;
    virtual void rewritten(std::uint64_t segment) = 0;

    // Last state and fsync; no more writes after it.
    virtual void seal() = 0;

    // Destinations that are in the state page and no more in the configuration, as they stood; forgotten now.
    virtual const std::vector<DestinationBalance>& forgotten() const = 0;

    virtual std::shared_ptr<JournalShared> shared() const = 0;
};

}  // namespace ordertrace
