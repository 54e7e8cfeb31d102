// Single values of a settings file: durations, sizes, numbers, truth values, words of a list; both ways.
// Pure. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "settings/settings_problem.h"

namespace ordertrace {

// 200ms, 5s, 15m, 24h, 10d, 1h30m, and 0.
Judged<Duration> judge_duration(std::string_view text);
// The largest unit that divides it: 90s, 15m, 1d; 0.
std::string to_text(Duration duration);

// 8MiB, 64KiB, 4GiB, or bytes.
Judged<std::uint64_t> parse_size(std::string_view text);
std::string size_text(std::uint64_t bytes);

Judged<std::uint64_t> parse_count(std::string_view text);
Judged<bool> parse_bool(std::string_view text);

// Judges with bounds, both included. To be given to MapReader::read.
struct DurationRange {
    Duration least;
    Duration most;
    bool zero = false;  // 0 is allowed although it is below `least`
    Judged<Duration> operator()(const std::string& text) const;
};

struct SizeRange {
    std::uint64_t least;
    std::uint64_t most;
    Judged<std::uint64_t> operator()(const std::string& text) const;
};

struct CountRange {
    std::uint64_t least;
    std::uint64_t most;
    Judged<std::uint64_t> operator()(const std::string& text) const;
};

template <class T>
using Words = std::vector<std::pair<std::string_view, T>>;

Complaint none_of(const std::string& text, const std::vector<std::string>& names);

// One of some words, each standing for a value.
template <class T>
struct OneOf {
    const Words<T>& words;
    Judged<T> operator()(const std::string& text) const {
        std::vector<std::string> names;
        for (const auto& [name, value] : words) {
            if (name == text) return value;
            names.emplace_back(name);
        }
        return tl::unexpected(none_of(text, names));
    }
};

template <class T>
std::string word_for(const Words<T>& words, T wanted) {
    for (const auto& [name, value] : words)
        if (value == wanted) return std::string{name};
    return {};
}

}  // namespace ordertrace
