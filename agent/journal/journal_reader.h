// The delivery thread's side of the journal: one reader a destination, one keeper for all.
// A window is read, delivered in parts, then committed as a whole; a crash in between reads the same window again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/balance.h"
#include "base/time.h"

namespace ordertrace {

class JournalShared;

struct WindowLimits {
    std::size_t max_spans = 8192;
    std::size_t max_bytes = 4U << 20U;
    Duration max_start_range = std::chrono::hours{24 * 60};  // a storage partitioned by day refuses more than 100 days
};

// One span of a window: views into the window's own buffer.
struct StoredSpan {
    std::uint64_t number = 0;  // sequence number
    std::size_t process = 0;   // index into Window::processes
    TimePoint start{};
    std::string_view bytes;  // Thrift Span
};

// What was read and where it ends. Reused from window to window, its buffers keep their size.
class Window {
public:
    std::vector<std::string> processes;  // Thrift Process, each once
    std::vector<StoredSpan> spans;       // in journal order
    bool empty() const { return spans.empty(); }

private:
    friend class JournalReader;
    struct Position {
        std::uint64_t segment = 0;
        std::uint64_t offset = 0;
        std::uint64_t number = 0;  // committed number once this window is
    };
    void clear();
    void add(std::uint64_t number, std::size_t process, TimePoint start, std::string_view bytes);
    void finish();  // the buffer stays where it is now: the views can be made

    Position end_;
    TimePoint earliest_{};
    TimePoint latest_{};
    std::array<std::uint64_t, drop_reason_count> losses_{};  // met on the way: gaps, corrupt records, dropped segments
    std::string buffer_;
};

class JournalReader {
public:
    JournalReader(std::shared_ptr<JournalShared> shared, std::size_t destination);
    ~JournalReader();

    // Fills `window` with what is written and not yet committed. False if there is nothing new (then losses met on the
    // way are already committed). Spans of the window are protected from being dropped until commit.
    bool read(const WindowLimits& limits, Window& window);
    // All of the window is delivered, but for `refused` spans that were set aside.
    void commit(const Window& window, std::uint64_t refused);
    // Spans written and not committed; a hint for batching, may be old by a burst.
    std::uint64_t backlog() const;
    // Writes rejected/<destination>-<number>.thrift: a whole Batch with this one span. False if the disk refused.
    bool set_aside(const StoredSpan& span, std::string_view batch);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Unlinks what every destination has passed or what had to be dropped; sets corrupt segments aside; fsync every
// `sync_every`. Delivery thread: call it when delivery wakes up, and once a second.
class JournalKeeper {
public:
    explicit JournalKeeper(std::shared_ptr<JournalShared> shared) : shared_{std::move(shared)} {}
    void tidy(TimePoint now);
    void sync();  // at once, as at the end

private:
    std::shared_ptr<JournalShared> shared_;
    TimePoint last_sync_{};
};

// Any thread. Delivery's half is copied first, so delivered never exceeds recorded.
Balance balance_of(const JournalShared& shared);

struct JournalGauges {
    std::uint64_t bytes = 0;  // segments on disk and rejected/
    std::uint64_t limit_bytes = 0;
    std::uint64_t segments = 0;
    bool in_memory = false;
    std::string last_error;  // of the disk, while something is wrong with it: what, where, and what follows
};
JournalGauges gauges_of(const JournalShared& shared);

// Any thread: Journal::tick has work though nothing is written, to come back from memory or to rewrite open steps.
bool wants_tick(const JournalShared& shared);

// The last number a reader can read.
std::uint64_t written_number(const JournalShared& shared);

// The crossing between the threads. Delivery says that it goes to sleep and waits on the descriptor;
// intake writes to it only then.
int doorbell_fd(const JournalShared& shared);  // eventfd, non-blocking
bool prepare_to_sleep(JournalShared& shared,
                      std::uint64_t seen_number);  // false: there is more than seen_number already
void woke_up(JournalShared& shared);

}  // namespace ordertrace
