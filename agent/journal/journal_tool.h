// What `ordertrace-agent journal list|cat|verify DIR` asks. Reads a directory without its lock, beside a running agent
// or without one; changes nothing. A segment that is being written may end in the middle of a record.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "base/result.h"

namespace ordertrace {

struct ListedSegment {
    std::string file;
    std::uint64_t id = 0;
    std::uint64_t bytes = 0;
    std::uint64_t spans = 0;
    std::uint64_t step_records = 0;
    std::uint64_t first_number = 0;  // of the first span it can hold
    std::uint64_t last_number = 0;   // first_number - 1: no spans
    bool damaged = false;
};
struct JournalListing {
    std::vector<ListedSegment> segments;  // by id, those set aside as corrupt too
    bool has_state = false;               // else only `segments` is known
    Balance balance;
};
Result<JournalListing> list_journal(const std::string& directory);

struct JournalProblem {
    std::string file;
    std::uint64_t offset = 0;
    std::string what;
};
// Empty: every checksum is right.
Result<std::vector<JournalProblem>> verify_journal(const std::string& directory);

// Every span in the log in order, also the delivered ones whose segment is still there.
// The views are valid during the call only; a span whose process cannot be read comes with an empty one.
using SpanVisitor = std::function<void(std::uint64_t number, std::string_view process, std::string_view span)>;
Result<void> visit_spans(const std::string& directory, const SpanVisitor& visit);

}  // namespace ordertrace
