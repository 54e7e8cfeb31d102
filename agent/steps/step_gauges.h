// What is shown of steps: how long they took, how many are open and since when. Written by the intake thread with
// relaxed stores; any thread reads without a lock (NameTable publishes the names, each number stands for itself).
// Bounds: 200 step names, then `other`; no allocation by the writer.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "steps/event.h"
#include "steps/name_table.h"

namespace ordertrace {

struct StepDuration {
    static constexpr std::size_t bucket_count = 8;
    static constexpr std::array<Duration, bucket_count> bounds{
        std::chrono::milliseconds{100}, std::chrono::seconds{1}, std::chrono::seconds{10}, std::chrono::minutes{1},
        std::chrono::minutes{10},       std::chrono::hours{1},   std::chrono::hours{8},    std::chrono::hours{24}};

    std::string_view step;  // lives as long as the gauges
    StepResult result = StepResult::ok;
    std::array<std::uint64_t, bucket_count + 1> cumulative{};  // by bounds, then +Inf
    double seconds_sum = 0;
};

struct OldestOpen {
    std::string_view step;  // lives as long as the gauges
    TimePoint start{};
};

class StepGauges {
public:
    static constexpr std::size_t max_steps = 200;
    static constexpr std::size_t other = NameTable<max_steps>::other;
    static constexpr TimePoint none_open = TimePoint::max();

    // Intake thread.
    std::size_t place_of(std::string_view step) { return names_.place_of(step); }
    void finished(std::string_view step, StepResult result, Duration duration);
    void set_open(std::uint64_t steps, std::uint64_t bytes);
    void set_oldest(std::size_t place, TimePoint start);  // none_open: none is

    // Any thread. Only pairs that were seen, only steps that are open.
    std::uint64_t open_steps() const { return open_steps_.load(std::memory_order_relaxed); }
    std::uint64_t open_bytes() const { return open_bytes_.load(std::memory_order_relaxed); }
    std::vector<StepDuration> durations() const;
    std::vector<OldestOpen> oldest_open() const;

private:
    static constexpr std::size_t result_count = 5;

    struct Histogram {
        std::array<std::atomic<std::uint64_t>, StepDuration::bucket_count + 1> counts{};  // not cumulative
        std::atomic<std::uint64_t> micros_sum{0};
    };
    struct Row {
        std::array<Histogram, result_count> by_result;
        std::atomic<std::int64_t> oldest{to_micros(none_open)};
    };

    NameTable<max_steps> names_;
    std::array<Row, max_steps + 1> rows_;
    std::atomic<std::uint64_t> open_steps_{0};
    std::atomic<std::uint64_t> open_bytes_{0};
};

}  // namespace ordertrace
