// The numbers that must always add up, as they lie in the state page.
//   events_received = sum accepted + sum rejected        sum accepted = sum became
//   recorded = became[span] + sum own                    for each destination: recorded = delivered + pending + sum
//   dropped
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

enum class RejectReason : std::uint8_t { marker, version, verb, order, order_long, json };
inline constexpr std::size_t reject_reason_count = 6;
std::string_view name_of(RejectReason reason);

enum class Became : std::uint8_t { span, opened, attached, seen, duplicate, refused };
inline constexpr std::size_t became_count = 6;
std::string_view name_of(Became became);

enum class OwnRecord : std::uint8_t { started, overdue, abandoned, title, beat };
inline constexpr std::size_t own_record_count = 5;
std::string_view name_of(OwnRecord record);

enum class DropReason : std::uint8_t { journal_full, memory_full, memory, refused, corrupt, crash, before };
inline constexpr std::size_t drop_reason_count = 7;
std::string_view name_of(DropReason reason);

inline constexpr std::size_t max_listeners = 16;
inline constexpr std::size_t max_destinations = 8;

// The kernel's loss counter of one socket when it was last read: the base of an inherited socket.
struct KernelLossBase {
    std::uint64_t socket_cookie = 0;  // SO_COOKIE, 0: unused
    std::uint64_t drops = 0;          // SK_MEMINFO_DROPS, u32
};

// How far the file that a directory listener is reading is accounted for. All words of 64 bits.
struct FilePlace {
    std::uint64_t inode = 0;        // 0: none is being read
    std::uint64_t modified_ns = 0;  // an inode is used again, but not with the same time
    std::uint64_t offset = 0;       // what is before it is counted
    friend bool operator==(const FilePlace&, const FilePlace&) = default;
};

// Owned by the intake thread; stored in the state page before each burst is written. All words of 64 bits.
struct IntakeCounters {
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_lost_in_kernel = 0;
    std::uint64_t events_received = 0;
    std::array<std::uint64_t, 11> accepted{};  // by Verb
    std::array<std::uint64_t, reject_reason_count> rejected{};
    std::array<std::uint64_t, became_count> became{};
    std::array<std::uint64_t, own_record_count> own{};
    std::uint64_t events_missing = 0;
    std::uint64_t span_id_conflicts = 0;
    std::uint64_t recorded = 0;     // the last span's sequence number; numbers begin at 1
    std::uint64_t memory_from = 0;  // first number that lies in memory segments only, 0: none
    std::array<std::uint64_t, 2> boot_id{};
    std::array<KernelLossBase, max_listeners> kernel{};
    std::array<FilePlace, max_listeners> files{};  // by listener
};

struct DestinationBalance {
    std::string name;
    std::uint64_t delivered = 0;
    std::uint64_t pending = 0;
    std::array<std::uint64_t, drop_reason_count> dropped{};
    std::uint64_t committed = 0;  // the last number delivered or accounted for
};

// One moment, whole: read from the state page, delivery's half first.
struct Balance {
    IntakeCounters intake;
    std::vector<DestinationBalance> destinations;
};

}  // namespace ordertrace
