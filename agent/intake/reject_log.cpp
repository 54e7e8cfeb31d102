#include "intake/reject_log.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace ordertrace {
namespace {

std::string address_text(const std::array<unsigned char, 16>& address, std::uint16_t port) {
    static constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (std::equal(mapped.begin(), mapped.end(), address.begin())) {
        ::inet_ntop(AF_INET, address.data() + mapped.size(), text.data(), text.size());
        return std::string{text.data()} + ':' + std::to_string(port);
    }
    ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return '[' + std::string{text.data()} + "]:" + std::to_string(port);
}

}  // namespace

void RejectLog::add(TimePoint received, RejectReason reason, std::array<unsigned char, 16> address, std::uint16_t port,
                    std::string_view text) {
    store(received, static_cast<std::uint64_t>(reason) | static_cast<std::uint64_t>(port) << 8U,
          {reinterpret_cast<const char*>(address.data()), address.size()}, text);
}

void RejectLog::add(TimePoint received, RejectReason reason, std::string_view file, std::string_view text) {
    file = file.substr(0, from_words * sizeof(std::uint64_t));
    store(received, static_cast<std::uint64_t>(reason) | file.size() << 48U, file, text);
}

void RejectLog::store(TimePoint received, std::uint64_t what, std::string_view from, std::string_view text) {
    const auto number = added_.load(std::memory_order_relaxed);
    auto& slot = ring_[number % slots];
    text = text.substr(0, max_text);
    std::array<std::uint64_t, words> content{};
    content[0] = static_cast<std::uint64_t>(to_micros(received));
    content[1] = what | text.size() << 32U;
    std::memcpy(&content[2], from.data(), from.size());
    std::memcpy(&content[text_at], text.data(), text.size());
    // The order of a seqlock: odd, content, even; release makes each step visible before the next.
    slot.sequence.store(2 * number + 1, std::memory_order_release);
    for (std::size_t i = 0; i < words; ++i) slot.content[i].store(content[i], std::memory_order_release);
    slot.sequence.store(2 * number + 2, std::memory_order_release);
    added_.store(number + 1, std::memory_order_release);
}

std::vector<RejectedLine> RejectLog::copy() const {
    std::vector<RejectedLine> lines;
    const auto end = added_.load(std::memory_order_acquire);
    for (auto number = end > slots ? end - slots : 0; number < end; ++number) {
        const auto& slot = ring_[number % slots];
        std::array<std::uint64_t, words> content{};
        if (slot.sequence.load(std::memory_order_acquire) != 2 * number + 2) continue;
        for (std::size_t i = 0; i < words; ++i) content[i] = slot.content[i].load(std::memory_order_acquire);
        if (slot.sequence.load(std::memory_order_acquire) != 2 * number + 2) continue;
        std::array<unsigned char, 16> address{};
        std::memcpy(address.data(), &content[2], address.size());
        const std::string file{reinterpret_cast<const char*>(&content[2]), static_cast<std::size_t>(content[1] >> 48U)};
        std::array<char, max_text> text{};
        std::memcpy(text.data(), &content[text_at], text.size());
        lines.push_back(
            {.received = from_micros(static_cast<std::int64_t>(content[0])),
             .reason = static_cast<RejectReason>(content[1] & 0xFFU),
             .from = file.empty() ? address_text(address, static_cast<std::uint16_t>(content[1] >> 8U)) : file,
             .text = {text.data(), static_cast<std::size_t>(content[1] >> 32U & 0xFFFFU)}});
    }
    return lines;
}

}  // namespace ordertrace
