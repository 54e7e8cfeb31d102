#include "export/credentials.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include <openssl/evp.h>

#include "base/unique_fd.h"

namespace ordertrace {
namespace {

constexpr std::size_t max_secret_bytes = 64 * 1024;

Result<std::string> read_secret(const std::string& key, const std::string& path) {
    const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string secret(max_secret_bytes + 1, '\0');
    const auto size = file ? ::read(file.get(), secret.data(), secret.size()) : -1;
    if (size < 0)
        return fail(key + " " + path + " cannot be read: " + std::strerror(errno) + "; let the agent's user read it");
    secret.resize(static_cast<std::size_t>(size));
    if (secret.size() > max_secret_bytes)
        return fail(key + " " + path + " is larger than 64 KiB; is it the right file?");
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (secret.empty()) return fail(key + " " + path + " is empty; write the secret on its first line");
    if (secret.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
        return fail(key + " " + path + " has more than one line; a secret is one line");
    return secret;
}

std::string base64(const std::string& text) {
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    const auto size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

}  // namespace

Result<std::string> Credentials::header() {
    const bool basic = !settings_.username.empty();
    const auto& path = basic ? settings_.password_file : settings_.bearer_token_file;
    if (path.empty()) return std::string{};
    const auto stamp = FileStamp::of(path);
    if (!header_.empty() && stamp == stamp_) return header_;
    auto fresh = read();
    if (!fresh) return fresh;
    stamp_ = stamp;
    header_ = std::move(*fresh);
    return header_;
}

Result<std::string> Credentials::read() const {
    if (settings_.username.empty()) {
        auto token = read_secret("auth.bearer_token_file", settings_.bearer_token_file);
        if (!token) return token;
        return "Authorization: Bearer " + *token + "\r\n";
    }
    auto password = read_secret("auth.basic.password_file", settings_.password_file);
    if (!password) return password;
    return "Authorization: Basic " + base64(settings_.username + ":" + *password) + "\r\n";
}

}  // namespace ordertrace
