"""The signatures against the examples that the two clouds publish."""

from datetime import UTC, datetime

from shared.adapters.sms.signatures import (
    Credentials,
    aliyun_headers,
    aliyun_query,
    tencent_headers,
)


def test_the_published_example_of_acs3() -> None:
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    headers = aliyun_headers(
        Credentials("YourAccessKeyId", "YourAccessKeySecret"),
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query=aliyun_query({"RegionId": "cn-shanghai", "ImageId": image}),
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_published_example_of_tc3() -> None:
    filters = r'[{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]'
    headers = tencent_headers(
        Credentials("AKID" + "*" * 32, "*" * 32),
        host="cvm.tencentcloudapi.com",
        service="cvm",
        action="DescribeInstances",
        version="2017-03-12",
        region="ap-guangzhou",
        body=f'{{"Limit": 1, "Filters": {filters}}}'.encode(),
        at=datetime.fromtimestamp(1551113065, UTC),
    )
    assert headers["Authorization"] == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, Signature="
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_a_secret_is_in_no_representation() -> None:
    assert "hush" not in repr(Credentials("id", "hush"))


def test_parameters_are_encoded_as_rfc_3986_has_it() -> None:
    assert aliyun_query({"b": "a b*~", "a": "襄"}) == "a=%E8%A5%84&b=a%20b%2A~"
