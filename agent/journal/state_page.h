// The file `state`: two pages, one per thread, that survive a kill without a system call.
// Each page holds two copies of its content, (generation, words, checksum), written in turn: one of them is always
// whole. Words are stored with release and loaded with acquire order, so a racing reader is well defined, and one that
// has seen a new word of delivery's page sees all that intake had stored before.
// StateMemory is made once; each page has one writing thread, any thread may load.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/balance.h"
#include "journal/disk.h"

namespace ordertrace {

inline constexpr std::size_t state_page_bytes = 4096;
inline constexpr std::size_t state_file_bytes = 2 * state_page_bytes;
inline constexpr std::size_t state_copy_words = state_page_bytes / 2 / sizeof(std::uint64_t);
inline constexpr std::size_t destination_name_bytes = 64;  // with at least one zero at the end

struct IntakeState {
    IntakeCounters counters;
    // Spans from counters.memory_from up to below this lie in memory only; 0: intake writes to memory now.
    std::uint64_t memory_until = 0;
};

struct DestinationState {
    std::array<char, destination_name_bytes> name{};
    std::uint64_t committed = 0;
    std::array<std::uint64_t, drop_reason_count> dropped{};
};
struct DeliveryState {
    std::uint64_t count = 0;
    std::array<DestinationState, max_destinations> destinations{};
};

// The words of one page. `T` is plain words.
template <class T>
class StatePage {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(std::uint64_t) == 0);
    static constexpr std::size_t count = sizeof(T) / sizeof(std::uint64_t);
    static_assert(count + 2 <= state_copy_words);

public:
    explicit StatePage(std::uint64_t* page) : page_{page} {}

    void store(const T& value) {
        std::array<std::uint64_t, count> words;
        std::memcpy(words.data(), &value, sizeof value);
        store_words(page_, ++generation_, words.data(), count);
    }
    // False if neither copy is whole: the page was never stored, is damaged, or both were overtaken while loading.
    bool load(T& value) const {
        std::array<std::uint64_t, count> words;
        if (load_words(page_, words.data(), count).newest == 0) return false;
        std::memcpy(static_cast<void*>(&value), words.data(), sizeof value);
        return true;
    }
    // The same while another thread stores. One whole copy is not enough then: the other may be the newer one, caught
    // while it is overwritten by a still newer one. So both must be whole, but for a page stored once only.
    bool load_beside_writer(T& value) const {
        constexpr int attempts = 1000;  // a store takes less than a microsecond
        std::array<std::uint64_t, count> words;
        Loaded loaded;
        for (int i = 0; i < attempts && !loaded.both_whole; ++i) loaded = load_words(page_, words.data(), count);
        if (loaded.newest == 0) return false;
        std::memcpy(static_cast<void*>(&value), words.data(), sizeof value);
        return true;
    }
    // Goes on from what the page holds.
    void resume() {
        std::array<std::uint64_t, count> words;
        generation_ = load_words(page_, words.data(), count).newest;
    }

private:
    static void store_words(std::uint64_t* page, std::uint64_t generation, const std::uint64_t* words, std::size_t n);
    struct Loaded {
        std::uint64_t newest = 0;  // generation, 0: neither copy is whole
        bool both_whole = false;
    };
    static Loaded load_words(std::uint64_t* page, std::uint64_t* words, std::size_t n);

    std::uint64_t* page_;
    std::uint64_t generation_ = 0;
};
extern template class StatePage<IntakeState>;
extern template class StatePage<DeliveryState>;

// The memory both pages lie in: anonymous at first, each page moved into the file by its own thread.
class StateMemory {
public:
    StateMemory();
    ~StateMemory();
    StateMemory(const StateMemory&) = delete;
    StateMemory& operator=(const StateMemory&) = delete;

    std::uint64_t* intake_page() const { return words_; }
    std::uint64_t* delivery_page() const { return words_ + state_page_bytes / sizeof(std::uint64_t); }
    // Takes over what a state file of an earlier run holds. Before any thread uses the pages.
    void fill(const std::array<char, state_file_bytes>& bytes);
    // Writes the page's content to the file and maps it in its place. By the thread that stores to this page.
    DiskResult<void> attach(Disk& disk, int fd, std::uint64_t* page);

private:
    std::uint64_t* words_;
};

}  // namespace ordertrace
