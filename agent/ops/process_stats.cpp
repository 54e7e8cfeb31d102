#include "ops/process_stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace ordertrace {
namespace {

std::string read_file(const char* path) {
    const UniqueFd fd{::open(path, O_RDONLY | O_CLOEXEC)};
    std::string text;
    std::array<char, 4096> chunk{};
    ssize_t count = 0;
    while (fd && (count = ::read(fd.get(), chunk.data(), chunk.size())) > 0)
        text.append(chunk.data(), static_cast<std::size_t>(count));
    return text;
}

std::uint64_t number_at(std::string_view text, std::size_t index) {
    for (; index > 0; --index) {
        const auto blank = text.find(' ');
        if (blank == std::string_view::npos) return 0;
        text.remove_prefix(blank + 1);
    }
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// proc(5): when the machine was started, in seconds since 1970. It does not change, and the file is long.
std::uint64_t boot_time() {
    static const std::uint64_t seconds = [] {
        const auto text = read_file("/proc/stat");
        constexpr std::string_view key = "\nbtime ";
        const auto place = text.find(key);
        return place == std::string::npos ? 0 : number_at(std::string_view{text}.substr(place + key.size()), 0);
    }();
    return seconds;
}

std::uint64_t count_open_fds() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return 0;
    std::uint64_t entries = 0;
    while (::readdir(directory) != nullptr) ++entries;
    ::closedir(directory);
    constexpr std::uint64_t not_ours = 3;  // `.`, `..` and the directory itself
    return entries > not_ours ? entries - not_ours : 0;
}

}  // namespace

ProcessStats read_process_stats() {
    ProcessStats stats;
    const auto text = read_file("/proc/self/stat");
    // The command name may hold blanks and parentheses; what counts begins after the last one.
    const auto command_end = text.rfind(") ");
    if (command_end != std::string::npos) {
        const auto fields = std::string_view{text}.substr(command_end + 2);
        constexpr std::size_t state = 3;  // the first field here, by the numbers of proc(5)
        const auto field = [&](std::size_t number) { return number_at(fields, number - state); };
        const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        stats.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks;
        stats.start_time_seconds = static_cast<double>(boot_time()) + static_cast<double>(field(22)) / ticks;
        stats.virtual_bytes = field(23);
        stats.resident_bytes = field(24) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    stats.open_fds = count_open_fds();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) stats.max_fds = limit.rlim_cur;
    return stats;
}

}  // namespace ordertrace
