#include "cli/board_client.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <openssl/evp.h>
#include <boost/json/parse.hpp>

#include "base/display_text.h"
#include "cli/exit_code.h"
#include "settings/addresses.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::size_t most_of_password = 1024;
constexpr std::size_t most_of_words = 200;  // of what an error document says, in columns

tl::unexpected<BoardTrouble> trouble(int exit_code, std::string message) {
    return tl::unexpected<BoardTrouble>(BoardTrouble{exit_code, std::move(message)});
}

std::string base64(const std::string& text) {
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    const int size =
        ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                          reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

FromBoard<std::string> authorization_of(const BoardAccess& access) {
    if (access.user.empty() != access.password_file.empty())
        return trouble(exit_code::usage, "--user and --password-file belong together; give both or none");
    if (access.user.empty()) return std::string{};
    if (access.user.find(':') != std::string::npos)
        return trouble(exit_code::usage, "--user: a name with a colon cannot be sent; use another");
    std::ifstream file{access.password_file, std::ios::binary};
    std::string password(most_of_password, '\0');
    if (!file.read(password.data(), static_cast<std::streamsize>(password.size())) && file.gcount() == 0)
        return trouble(exit_code::usage, "--password-file " + make_inert(access.password_file) +
                                             ": no password in it (" +
                                             (file.is_open() ? "empty" : std::strerror(errno)) +
                                             "); name a file with the password in its first line");
    password.resize(
        std::min(static_cast<std::size_t>(file.gcount()), password.find_first_of(std::string{"\r\n\0", 3})));
    return "Basic " + base64(access.user + ":" + password);
}

// {"error": …}, or nothing.
std::string words_of(const std::string& body) {
    boost::system::error_code error;
    const auto document = json::parse(body, error);
    const auto* object = error ? nullptr : document.if_object();
    const auto* words = object == nullptr ? nullptr : object->if_contains("error");
    const auto* text = words == nullptr ? nullptr : words->if_string();
    return text == nullptr ? std::string{} : fit(make_inert({text->data(), text->size()}), most_of_words);
}

}  // namespace

FromBoard<BoardClient> BoardClient::make(const BoardAccess& access) {
    const UrlJudge judge{.example = default_board,
                         .target = "/",
                         .no_user = "credentials belong into --user and --password-file",
                         .no_query = "the board's URL has none"};
    auto url = judge(access.url);
    if (!url) return trouble(exit_code::usage, "--board: " + make_inert(url.error().what) + "; " + url.error().hint);
    if (!url->target.ends_with('/')) url->target += '/';
    auto authorization = authorization_of(access);
    if (!authorization) return tl::make_unexpected(authorization.error());
    if (!access.ca_file.empty())
        if (const auto usable = check_authority(access.ca_file); !usable)
            return trouble(exit_code::usage, make_inert(usable.error().message));
    return BoardClient{access, std::move(*url), std::move(*authorization)};
}

FromBoard<BoardAnswer> BoardClient::ask(const std::string& path) const {
    auto answer = ask_over_http({.server = url_,
                                 .target = url_.target + path,
                                 .authorization = authorization_,
                                 .language = access_.language,
                                 .ca_file = access_.ca_file,
                                 .patience = access_.patience});
    if (!answer) return trouble(exit_code::unavailable, url_.text + ": " + answer.error().message);
    if (answer->status != 200 && answer->status != 404) return trouble_of(*answer);
    boost::system::error_code error;
    auto document = json::parse(answer->body, error);
    const bool is_object = !error && document.is_object();
    if (answer->status == 404 && !(is_object && document.as_object().contains("verdict"))) return trouble_of(*answer);
    if (!is_object) return tl::unexpected<BoardTrouble>(no_answer("no JSON document"));
    return BoardAnswer{std::move(answer->body), std::move(document.as_object())};
}

BoardTrouble BoardClient::no_answer(const std::string& what) const {
    return {exit_code::internal, url_.text + " answered with " + what + "; is that a board of this version?"};
}

tl::unexpected<BoardTrouble> BoardClient::trouble_of(const HttpAnswer& answer) const {
    const auto words = words_of(answer.body);
    if (answer.status == 400)
        return trouble(exit_code::usage, words.empty() ? url_.text + " does not understand the question" : words);
    auto what = url_.text + " answered " + std::to_string(answer.status);
    if (!words.empty()) what += ": " + words;
    if (answer.status == 401) what += "; give --user and --password-file as it wants them";
    if (answer.status == 403) what += "; ask with a user who may see orders";
    if (answer.status == 404) what += "; check that --board is the board's URL, with its base path";
    if (answer.status >= 300 && answer.status < 400)
        what += answer.location.empty()
                    ? "; give --board the URL itself"
                    : "; it wants to be asked at " + fit(make_inert(answer.location), most_of_words);
    if (answer.status >= 500 && words.empty()) what += "; look at its log, and at the proxy's in front of it";
    return trouble(exit_code::unavailable, what);
}

std::string url_escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (unreserved.find(c) != std::string_view::npos)
            out += c;
        else
            out.append({'%', digits[byte >> 4U], digits[byte & 0x0FU]});
    }
    return out;
}

}  // namespace ordertrace
