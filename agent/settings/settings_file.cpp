#include "settings/settings_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "base/unique_fd.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_file = 1U << 20U;  // as parse_config

tl::unexpected<SettingsProblem> unreadable(const std::string& file, int error) {
    return tl::unexpected(SettingsProblem{
        .file = file, .key = {}, .what = std::string{"the file cannot be read: "} + std::strerror(error), .hint = {}});
}

}  // namespace

tl::expected<std::string, SettingsProblem> read_settings_text(const std::string& file) {
    const UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return unreadable(file, errno);
    std::string text;
    std::array<char, 65536> part{};
    while (text.size() <= most_file) {
        const auto got = ::read(fd.get(), part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(file, errno);
        if (got == 0) break;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
    return text;
}

void read_settings_tree(std::string_view text, ReadContext& context, const std::string& least,
                        const MapReader::Section& root) {
    auto tree = parse_config(text);
    if (!tree) {
        tree.error().file = context.file;
        context.problems.push_back(std::move(tree.error()));
        return;
    }
    if (tree->kind == ConfigNode::Kind::nothing) {
        context.problems.push_back(
            {.file = context.file, .line = 1, .column = 1, .key = {}, .what = "the file is empty", .hint = least});
        return;
    }
    tree->place = {1, 1};
    MapReader::read_map(*tree, "", context, root);
    std::stable_sort(context.problems.begin(), context.problems.end(),
                     [](const SettingsProblem& a, const SettingsProblem& b) {
                         return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
}

}  // namespace ordertrace
