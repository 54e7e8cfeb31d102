#include "cli/tail_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace ordertrace {
namespace {

namespace json = boost::json;

std::string hex(std::uint64_t value) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
    return text.data();
}

std::optional<std::uint64_t> from_hex(std::string_view text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

// Nothing if it is not what save writes.
std::optional<LogPlace> place_of(const std::string& text, const std::string& log) {
    boost::system::error_code error;
    const auto document = json::parse(text, error);
    const auto* object = error ? nullptr : document.if_object();
    if (object == nullptr) return std::nullopt;
    const auto number = [&](const char* key) -> std::optional<std::uint64_t> {
        const auto* value = object->if_contains(key);
        boost::system::error_code no_such_number;
        const auto read = value == nullptr ? 0 : value->to_number<std::uint64_t>(no_such_number);
        if (value == nullptr || no_such_number) return std::nullopt;
        return read;
    };
    const auto* file = object->if_contains("log");
    const auto* hash = object->if_contains("hash");
    const auto inode = number("inode");
    const auto offset = number("offset");
    if (number("version") != 1U || file == nullptr || *file != json::value(log) || hash == nullptr ||
        !hash->is_string() || !inode || !offset)
        return std::nullopt;
    const auto hashed = from_hex({hash->get_string().data(), hash->get_string().size()});
    if (!hashed) return std::nullopt;
    return LogPlace{*inode, *offset, *hashed};
}

bool write_all(int fd, const std::string& text) {
    return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(fd) == 0;
}

}  // namespace

Result<std::optional<LogPlace>> TailState::load() const {
    const UniqueFd fd{::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd && errno == ENOENT) return std::optional<LogPlace>{};
    std::string text(65'536, '\0');
    const auto got = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    if (got < 0) return fail(file_ + ": " + std::strerror(errno) + "; name a file of your own with --state");
    text.resize(static_cast<std::size_t>(got));
    auto place = place_of(text, log_);
    if (!place)
        return fail(file_ + ": it does not say how far " + log_ +
                    " was read; name another file with --state, or remove it to begin anew");
    return place;
}

Result<void> TailState::save(const LogPlace& place) const {
    const auto text = json::serialize(json::object{{"version", 1},
                                                   {"log", log_},
                                                   {"inode", static_cast<std::uint64_t>(place.inode)},
                                                   {"offset", place.offset},
                                                   {"hash", hex(place.hash)}}) +
                      '\n';
    const auto fd = create();
    if (!fd) return tl::unexpected{fd.error()};
    if (!write_all(fd->get(), text) || ::rename(temporary().c_str(), file_.c_str()) != 0)
        return fail(file_ + ": " + std::strerror(errno) + "; how far the log was read is not stored");
    return {};
}

Result<void> TailState::check() const {
    const auto fd = create();
    if (!fd) return tl::unexpected{fd.error()};
    ::unlink(temporary().c_str());
    return {};
}

Result<UniqueFd> TailState::create() const {
    UniqueFd fd{::open(temporary().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd) return fail(file_ + ": " + std::strerror(errno) + "; name a file in a directory of your own with --state");
    return fd;
}

}  // namespace ordertrace
