// The names of the files in a journal's directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordertrace {

std::string segment_name(std::uint64_t id);  // 0000000001.seg
std::string corrupt_name(std::uint64_t id);  // corrupt-0000000001.seg
std::optional<std::uint64_t> segment_id(std::string_view name);
std::optional<std::uint64_t> corrupt_id(std::string_view name);

// <destination>-<number>.thrift; what no file name should hold becomes `_`.
std::string rejected_name(std::string_view destination, std::uint64_t number);
std::optional<std::uint64_t> rejected_number(std::string_view name);

inline constexpr std::string_view state_name = "state";
inline constexpr std::string_view lock_name = "lock";
inline constexpr std::string_view rejected_directory = "rejected";

std::string in_directory(std::string_view directory, std::string_view name);

}  // namespace ordertrace
