#include "journal/files.h"

#include <charconv>
#include <cstddef>

namespace ordertrace {
namespace {

constexpr std::string_view segment_suffix = ".seg";
constexpr std::string_view corrupt_prefix = "corrupt-";
constexpr std::string_view rejected_suffix = ".thrift";
constexpr std::size_t id_digits = 10;

std::optional<std::uint64_t> number_of(std::string_view digits) {
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, failure] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || failure != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

}  // namespace

std::string segment_name(std::uint64_t id) {
    std::string digits = std::to_string(id);
    if (digits.size() < id_digits) digits.insert(0, id_digits - digits.size(), '0');
    return digits.append(segment_suffix);
}

std::string corrupt_name(std::uint64_t id) { return std::string{corrupt_prefix} + segment_name(id); }

std::optional<std::uint64_t> segment_id(std::string_view name) {
    if (!name.ends_with(segment_suffix)) return std::nullopt;
    return number_of(name.substr(0, name.size() - segment_suffix.size()));
}

std::optional<std::uint64_t> corrupt_id(std::string_view name) {
    if (!name.starts_with(corrupt_prefix)) return std::nullopt;
    return segment_id(name.substr(corrupt_prefix.size()));
}

std::string rejected_name(std::string_view destination, std::uint64_t number) {
    std::string name{destination};
    for (char& c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!plain) c = '_';
    }
    return name.append("-").append(std::to_string(number)).append(rejected_suffix);
}

std::optional<std::uint64_t> rejected_number(std::string_view name) {
    if (!name.ends_with(rejected_suffix)) return std::nullopt;
    name.remove_suffix(rejected_suffix.size());
    const auto dash = name.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    return number_of(name.substr(dash + 1));
}

std::string in_directory(std::string_view directory, std::string_view name) {
    std::string path{directory};
    if (!path.ends_with('/')) path.push_back('/');
    return path.append(name);
}

}  // namespace ordertrace
