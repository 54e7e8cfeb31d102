// What the journal's tests share: a directory of their own, a disk that fails on demand, an agent of one destination or
// more that writes and drains a journal and checks that the balance adds up.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "journal/disk.h"
#include "journal/files.h"
#include "journal/journal.h"
#include "journal/journal_reader.h"
#include "support/temporary_directory.h"

namespace ordertrace::test {

inline std::string read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}
inline std::uint64_t sum_dropped(const DestinationBalance& to) {
    return std::accumulate(to.dropped.begin(), to.dropped.end(), std::uint64_t{});
}
inline void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}
inline std::vector<std::string> files_in(const std::string& directory, const std::string& suffix) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{directory})
        if (entry.path().filename().string().ends_with(suffix)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// Passes calls on to the real disk, fails those it is told to, and remembers what a power failure would leave.
class FakeDisk : public PosixDisk {
public:
    int calls = 0;
    int fail_call = -1;            // this call fails, half a write done
    bool refuse_writes = false;    // writes and new files fail
    bool refuse_truncate = false;  // and what was written of them stays
    int error = 28;                // ENOSPC

    DiskResult<void> make_directory(const std::string& path) override {
        if (failing(true)) return tl::unexpected<int>{error};
        return PosixDisk::make_directory(path);
    }
    DiskResult<UniqueFd> open(const std::string& path, int flags) override {
        if (failing((flags & 0100) != 0 && !std::filesystem::exists(path)))
            return tl::unexpected<int>{error};  // O_CREAT
        return PosixDisk::open(path, flags);
    }
    DiskResult<void> rename(const std::string& from, const std::string& to) override {
        if (failing(true)) return tl::unexpected<int>{error};
        return PosixDisk::rename(from, to);
    }
    DiskResult<void> remove(const std::string& path) override {
        if (failing(false)) return tl::unexpected<int>{error};
        return PosixDisk::remove(path);
    }
    DiskResult<std::size_t> read_at(int fd, char* to, std::size_t bytes, std::uint64_t offset) override {
        if (failing(false)) return tl::unexpected<int>{error};
        return PosixDisk::read_at(fd, to, bytes, offset);
    }
    DiskResult<std::size_t> write_at(int fd, std::string_view bytes, std::uint64_t offset) override {
        if (failing(true)) {
            (void)PosixDisk::write_at(fd, bytes.substr(0, bytes.size() / 2), offset);
            return tl::unexpected<int>{error};
        }
        return PosixDisk::write_at(fd, bytes, offset);
    }
    DiskResult<void> truncate(int fd, std::uint64_t bytes) override {
        if (failing(refuse_truncate)) return tl::unexpected<int>{error};
        return PosixDisk::truncate(fd, bytes);
    }
    DiskResult<void> allocate(int fd, std::uint64_t bytes) override {
        if (failing(true)) return tl::unexpected<int>{error};
        return PosixDisk::allocate(fd, bytes);
    }
    DiskResult<void> map_over(int fd, std::uint64_t offset, void* address, std::size_t bytes) override {
        if (failing(false)) return tl::unexpected<int>{error};
        return PosixDisk::map_over(fd, offset, address, bytes);
    }
    DiskResult<void> sync(int fd) override {
        if (failing(false)) return tl::unexpected<int>{error};
        std::array<char, 4096> name{};
        const auto length = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), name.data(), name.size() - 1);
        if (length > 0 && std::filesystem::is_regular_file(name.data())) synced_[name.data()] = read_file(name.data());
        return PosixDisk::sync(fd);
    }

    // Every file of the directory becomes what it was at its last sync; one that never was loses all.
    void lose_power(const std::string& directory) {
        for (const auto& entry : std::filesystem::directory_iterator{directory})
            if (entry.is_regular_file()) write_file(entry.path().string(), synced_[entry.path().string()]);
    }

private:
    bool failing(bool writes) { return calls++ == fail_call || (refuse_writes && writes); }

    std::map<std::string, std::string> synced_;
};

inline void check_balance(const Balance& balance) {
    const auto sum = [](const auto& counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{}); };
    const auto& intake = balance.intake;
    CHECK(intake.events_received == sum(intake.accepted) + sum(intake.rejected));
    CHECK(sum(intake.accepted) == sum(intake.became));
    CHECK(intake.recorded == intake.became[0] + sum(intake.own));
    for (const auto& to : balance.destinations) {
        CAPTURE(to.name);
        CHECK(intake.recorded == to.delivered + to.pending + sum(to.dropped));
        CHECK(to.delivered <= intake.recorded);
        CHECK(to.pending <= intake.recorded);
    }
}

inline std::uint64_t dropped(const DestinationBalance& to, DropReason reason) {
    return to.dropped.at(static_cast<std::size_t>(reason));
}

// One life of an agent. Destroying it is a kill: nothing is sealed.
class Run {
public:
    Run(Disk& disk, const JournalSettings& settings, std::vector<std::string> destinations = {"jaeger"},
        bool replay_now = true)
        : names_{std::move(destinations)} {
        auto opened = Journal::open(settings, disk, names_, TimePoint{});
        INFO((opened ? "" : opened.error().message));
        REQUIRE(opened);
        journal = std::move(*opened);
        shared = journal->shared();
        if (replay_now) replay();
        for (std::size_t i = 0; i < names_.size(); ++i) readers.push_back(std::make_unique<JournalReader>(shared, i));
        keeper = std::make_unique<JournalKeeper>(shared);
    }

    void replay() {
        journal->replay([this](std::uint8_t kind, std::string_view bytes, std::uint64_t segment) {
            steps.push_back({kind, std::string{bytes}, segment});
        });
    }
    void span(std::string_view bytes, TimePoint start = TimePoint{}, std::string_view process = "process") {
        auto& counters = journal->counters();
        ++counters.events_received;
        ++counters.accepted[0];
        ++counters.became[0];
        journal->add_span(process, start, bytes);
    }
    // One burst of `count` spans named by their number.
    void spans(int count, std::size_t padding = 0) {
        for (int i = 0; i < count; ++i)
            span("span " + std::to_string(journal->counters().recorded + 1) + std::string(padding, '.'));
        journal->commit();
    }
    // Delivers all there is; the bytes of the spans, without padding.
    std::vector<std::string> drain(std::size_t destination = 0, const WindowLimits& limits = {}) {
        std::vector<std::string> delivered;
        Window window;
        while (readers[destination]->read(limits, window)) {
            for (const auto& span : window.spans)
                delivered.emplace_back(span.bytes.substr(0, std::min(span.bytes.size(), span.bytes.find('.'))));
            readers[destination]->commit(window, 0);
            check_balance(balance());
        }
        return delivered;
    }
    void second() {
        now_ += std::chrono::seconds{1};
        journal->tick(now_);
        keeper->tidy(now_);
        if (const auto below = journal->rewrite_steps_below()) {
            for (auto& step : open_steps) {
                if (step.segment >= below) continue;
                step.segment = journal->add_step_record(step.kind, step.bytes);
                rewritten_bytes += step.bytes.size();
            }
            journal->commit();
            journal->rewritten(below);
            keeper->tidy(now_);
        }
    }
    Balance balance() const { return balance_of(*shared); }
    void open_step(std::string_view bytes) {
        open_steps.push_back({2, std::string{bytes}, journal->add_step_record(2, bytes)});
    }
    const DestinationBalance to(std::size_t destination = 0) const { return balance().destinations.at(destination); }

    struct Step {
        std::uint8_t kind;
        std::string bytes;
        std::uint64_t segment;
    };
    std::unique_ptr<Journal> journal;
    std::shared_ptr<JournalShared> shared;
    std::vector<std::unique_ptr<JournalReader>> readers;
    std::unique_ptr<JournalKeeper> keeper;
    std::vector<Step> steps;       // replayed
    std::vector<Step> open_steps;  // what is appended anew when it is asked for
    std::uint64_t rewritten_bytes = 0;

private:
    std::vector<std::string> names_;
    TimePoint now_{};
};

inline JournalSettings settings_in(const std::string& directory) {
    JournalSettings settings;
    settings.directory = directory;
    settings.limit = 1U << 20U;
    settings.memory_limit = 256U << 10U;
    settings.sync_every = std::chrono::hours{1};  // a loaded disk makes a test wait; who tests fsync asks for it
    return settings;
}

// "span first" to "span last".
inline std::vector<std::string> numbered(std::uint64_t first, std::uint64_t last) {
    std::vector<std::string> names;
    for (auto number = first; number <= last; ++number) names.push_back("span " + std::to_string(number));
    return names;
}

}  // namespace ordertrace::test
