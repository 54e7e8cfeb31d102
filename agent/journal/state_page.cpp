#include "journal/state_page.h"

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <new>

#include "journal/record.h"

namespace ordertrace {
namespace {

// Distinguishes the layout: a page of another version is as good as none.
constexpr std::uint64_t layout = 0x6f74'7374'6174'6501ULL;

using Copy = std::array<std::uint64_t, state_copy_words>;

std::uint64_t checksum_of(const Copy& copy, std::size_t n) {
    return checksum64({reinterpret_cast<const char*>(copy.data()), (n + 1) * sizeof(std::uint64_t)}) ^ layout;
}

// Generation 0: the copy is not whole.
std::uint64_t load_copy(std::uint64_t* from, Copy& copy, std::size_t n) {
    for (std::size_t i = 0; i < n + 2; ++i) copy[i] = std::atomic_ref{from[i]}.load(std::memory_order_acquire);
    return copy[n + 1] == checksum_of(copy, n) ? copy[0] : 0;
}

}  // namespace

template <class T>
void StatePage<T>::store_words(std::uint64_t* page, std::uint64_t generation, const std::uint64_t* words,
                               std::size_t n) {
    Copy copy;
    copy[0] = generation;
    std::memcpy(&copy[1], words, n * sizeof *words);
    copy[n + 1] = checksum_of(copy, n);
    std::uint64_t* const to = page + (generation % 2) * state_copy_words;
    for (std::size_t i = 0; i < n + 2; ++i) std::atomic_ref{to[i]}.store(copy[i], std::memory_order_release);
}

template <class T>
typename StatePage<T>::Loaded StatePage<T>::load_words(std::uint64_t* page, std::uint64_t* words, std::size_t n) {
    Copy first;
    Copy second;
    const auto first_generation = load_copy(page, first, n);
    const auto second_generation = load_copy(page + state_copy_words, second, n);
    const Copy& newest = first_generation > second_generation ? first : second;
    const auto generation = std::max(first_generation, second_generation);
    if (generation != 0) std::memcpy(words, &newest[1], n * sizeof *words);
    return {generation, first_generation != 0 && second_generation != 0};
}

template class StatePage<IntakeState>;
template class StatePage<DeliveryState>;

StateMemory::StateMemory() {
    void* const got = ::mmap(nullptr, state_file_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) throw std::bad_alloc{};
    words_ = static_cast<std::uint64_t*>(got);
}

StateMemory::~StateMemory() { ::munmap(words_, state_file_bytes); }

void StateMemory::fill(const std::array<char, state_file_bytes>& bytes) {
    std::memcpy(words_, bytes.data(), bytes.size());
}

DiskResult<void> StateMemory::attach(Disk& disk, int fd, std::uint64_t* page) {
    const auto offset = static_cast<std::uint64_t>(page - words_) * sizeof(std::uint64_t);
    const std::string_view bytes{reinterpret_cast<const char*>(page), state_page_bytes};
    if (auto wrote = write_all(disk, fd, bytes, offset); !wrote) return wrote;
    return disk.map_over(fd, offset, page, state_page_bytes);
}

}  // namespace ordertrace
