// A web site over a small register of its own, for one test. Not for threads.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "board/web_site.h"
#include "support/temporary_directory.h"
#include "unit/register/fake_store.h"
#include "unit/register/register_support.h"

namespace ordertrace::test {

inline constexpr auto site_now = t0 + 2h;

// A board over three orders: 10041 is on time, 10042 was never sent to the crm, "a/b" (also crm:77) is late.
class Site {
public:
    explicit Site(const std::string& base_path = "/") {
        auto store = std::make_unique<FakeStore>();
        fill(*store);
        store_ = store.get();
        auto writer = IndexWriter::make(directory_.path("index.db"));
        REQUIRE(writer);
        index_ = std::move(*writer);
        auto reader = IndexReader::open(directory_.path("index.db"));
        REQUIRE(reader);
        judge_all();
        WebSettings settings;
        settings.base_path = base_path;
        settings.jaeger_url = "http://jaeger:16686";
        orders_ = std::make_unique<OrderRegister>(
            lifecycle_, JudgeSettings{}, std::move(store), std::move(*reader), [this] { return overview_; },
            [] { return site_now; });
        site_ = std::make_unique<WebSite>(*orders_, settings, nullptr, reads_, [this] { return draining; });
        set_overview("", true);
    }

    void set_overview(const std::string& trouble, bool caught_up) {
        auto overview = std::make_shared<Overview>();
        overview->at = site_now;
        overview->trouble = trouble;
        overview->caught_up = caught_up;
        overview_ = overview;
    }
    void break_store() { store_->fail_with("orders.db: disk I/O error; look at the disk"); }

    HttpResponse get(std::string_view target,
                     const std::vector<std::pair<boost::beast::http::field, std::string>>& headers = {},
                     boost::beast::http::verb method = boost::beast::http::verb::get) {
        HttpRequest request{method, {target.data(), target.size()}, 11};
        for (const auto& [field, value] : headers) request.set(field, value);
        return site_->answer(request);
    }
    boost::json::value get_json(std::string_view target) { return boost::json::parse(get(target).body()); }

    bool draining = false;

private:
    static void fill(FakeStore& store) {
        store.add("10041", status_fact("mes", "PRICED", site_now - 1min));
        store.add("10042", status_fact("mes", "PRICED", site_now - 30min));
        store.add("a/b", status_fact("online-shop", "CREATED", site_now - 90min));
        for (const auto* system : {"crm", "mes"}) store.add("a/b", status_fact(system, "CREATED", site_now - 89min));
        store.add("a/b", alias_fact("crm", "crm:77", site_now - 80min));
    }
    void judge_all() {
        const auto orders = read_orders(*store_, {"10041", "10042", "a/b"});
        REQUIRE(orders);
        for (const auto& order : *orders) {
            auto verdict = judge(lifecycle_, order, {}, site_now, {});
            REQUIRE(index_->put(digest_of(lifecycle_, order, std::move(verdict), site_now), std::nullopt));
        }
    }

    TemporaryDirectory directory_;
    Lifecycle lifecycle_ = shop_lifecycle();
    FakeStore* store_ = nullptr;
    std::unique_ptr<IndexWriter> index_;
    std::shared_ptr<const Overview> overview_;
    ConfigReads reads_;
    std::unique_ptr<OrderRegister> orders_;
    std::unique_ptr<WebSite> site_;
};

}  // namespace ordertrace::test
