import re

from xylo_mcp.platforms import found


def test_each_folder_is_a_platform_under_its_own_name_in_order() -> None:
    specs = found()

    assert {"meta", "tiktok"} <= set(specs)
    assert list(specs) == sorted(specs)
    assert all(spec.name == name for name, spec in specs.items())


def test_metas_attribution_is_told_as_a_default_only() -> None:
    assert found()["meta"].conversions.endswith("default 7d click, 1d view")


def test_each_platform_gives_an_example_of_its_account_ids_and_says_where_it_is() -> None:
    for spec in found().values():
        assert re.fullmatch(spec.account_id, spec.account_example)
        assert [setting.default for setting in spec.settings if setting.name == "BASE_URL"] != [""]
        assert len({setting.name for setting in spec.settings}) == len(spec.settings)
