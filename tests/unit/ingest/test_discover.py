"""From what a person types to single sources; nothing that is typed raises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.discover import Discovery, SourceKind, discover
from ingest.loaders.formats import Format
from ingest.loaders.limits import LoadLimits
from ingest.targets import is_below, is_gone


def names(found: Discovery) -> list[str]:
    return [Path(source.uri).name for source in found.sources]


def reasons(found: Discovery) -> dict[str, str]:
    return {Path(refusal.target).name: refusal.reason for refusal in found.refused}


def make(folder: Path, *paths: str) -> None:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("Some text.")


def test_a_folder_is_walked_sorted_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a.txt", "sub/c.html", ".hidden.md", ".git/x.md", "sub/.d/e.md")
    found = discover([str(tmp_path)])
    assert names(found) == ["a.txt", "b.md", "c.html"]
    assert found.refused == ()
    assert [source.format for source in found.sources] == [
        Format.TEXT,
        Format.MARKDOWN,
        Format.HTML,
    ]


def test_the_same_file_by_several_ways_is_one_source(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    found = discover(
        [str(tmp_path), str(tmp_path / "a.md"), str(tmp_path / "*.md"), f"{tmp_path}/./x/../a.md"]
    )
    assert [source.uri for source in found.sources] == [str((tmp_path / "a.md").resolve())]


def test_patterns_find_files_below(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md", "sub/deep/c.md", "d.txt")
    assert names(discover([f"{tmp_path}/**/*.md"])) == ["a.md", "b.md", "c.md"]
    assert names(discover([f"{tmp_path}/*.txt"])) == ["d.txt"]
    assert "No file matches" in discover([f"{tmp_path}/*.pdf"]).refused[0].reason


def test_the_folder_beside_a_saved_page_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "Deal.html", "Deal_files/frame.html", "Deal_files/deep/ad.html")
    make(tmp_path, "Pakt.htm", "Pakt-Dateien/x.html", "our_files/kept.md")
    assert names(discover([str(tmp_path)])) == ["Deal.html", "Pakt.htm", "kept.md"]
    assert names(discover([f"{tmp_path}/**/*.html"])) == ["Deal.html"]


def test_excluded_names_and_paths_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "draft-b.md", "old/c.md", "old/deep/d.md")
    assert names(discover([str(tmp_path)], exclude=["draft-*", "old/*"])) == ["a.md"]
    assert names(discover([str(tmp_path)], exclude=["old"])) == ["a.md", "draft-b.md"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("missing.md", "no file or folder"),
        ("", "empty"),
        ("   ", "empty"),
        ("a\0b.md", "NUL"),
        ("x" * 5000, "cannot be looked at"),
        ("ftp://example.org/a.md", "http"),
        ("file:///etc/passwd", "http"),
        ("http://127.0.0.1/", "public Internet"),
        ("[", "No file matches"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(target: str, reason: str) -> None:
    found = discover([target])
    assert found.sources == ()
    assert len(found.refused) == 1
    assert reason in found.refused[0].reason
    assert found.refused[0].reason.endswith(".")


def test_one_refusal_does_not_stop_the_others(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.xyz")
    found = discover(["nowhere", str(tmp_path / "b.xyz"), str(tmp_path)])
    assert names(found) == ["a.md"]
    assert reasons(found)["b.xyz"].startswith("Files ending in .xyz cannot be read")


@pytest.mark.parametrize("pattern", ["", "/*", "/**"])
def test_files_of_other_kinds_in_a_folder_are_passed_over(tmp_path: Path, pattern: str) -> None:
    make(tmp_path, "a.md", "picture.JPG", "below/film.mp4")
    found = discover([f"{tmp_path}{pattern}"])
    assert names(found) == ["a.md"]
    assert found.refused == ()
    assert sorted(Path(each).name for each in found.passed_over) == ["film.mp4", "picture.JPG"]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "in/a.md", "out/secret.md", "out/more/b.md")
    inside = tmp_path / "in"
    (inside / "link.md").symlink_to(tmp_path / "out/secret.md")
    (inside / "folder").symlink_to(tmp_path / "out")
    (inside / "up").symlink_to("..")
    for targets in ([str(inside)], [f"{inside}/*"], [f"{inside}/**/*.md"]):
        found = discover(targets)
        assert names(found) == ["a.md"]
        assert all("leads out of" in refusal.reason for refusal in found.refused)
        assert found.refused


def test_links_in_circles_and_to_nothing_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nothing")
    (tmp_path / "sub/self").symlink_to(tmp_path)
    found = discover([str(tmp_path)])
    assert names(found) == ["a.md", "b.md"]
    assert set(reasons(found)) == {"loop", "gone.md"}


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "real.md")
    (tmp_path / "link.md").symlink_to("real.md")
    found = discover([str(tmp_path / "link.md")])
    assert found.sources[0].uri == str((tmp_path / "real.md").resolve())


def test_large_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)  # sparse: takes no space
    assert "60 MB; files of up to 50 MB" in discover([str(path)]).refused[0].reason
    small = LoadLimits(file_bytes=3)
    make(tmp_path, "a.md")
    assert discover([str(tmp_path / "a.md")], limits=small).sources == ()


def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    found = discover([str(tmp_path), "/dev/null"])
    assert found.sources == ()
    assert [refusal.reason for refusal in found.refused] == ["It is not a regular file."] * 2


def test_files_without_an_ending_are_taken_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Plain words.")
    (tmp_path / "page").write_text("<!DOCTYPE html><html><body>x</body></html>")
    (tmp_path / "paper").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "program").write_bytes(b"\x7fELF\x00\x00\x01")
    found = discover([str(tmp_path)])
    kinds = {Path(source.uri).name: source.format for source in found.sources}
    assert kinds == {"README": Format.TEXT, "page": Format.HTML, "paper": Format.PDF}
    assert [Path(each).name for each in found.passed_over] == ["program"]
    assert "content is not text" in reasons(discover([str(tmp_path / "program")]))["program"]


def test_addresses_are_normalised_and_counted_once() -> None:
    found = discover(["HTTPS://Example.ORG:443/a#part", "https://example.org./a"])
    assert [source.uri for source in found.sources] == ["https://example.org/a"]
    assert found.sources[0].kind is SourceKind.URL


def test_the_list_beside_the_files_is_attached(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md")
    (tmp_path / "sources.toml").write_text('["a.md"]\ntitle = "A"\n["sub/*"]\ntitle = "Sub"\n')
    found = discover([str(tmp_path)])
    assert [source.listed["title"][0] for source in found.sources] == ["A", "Sub"]
    assert found.refused == ()


def test_a_broken_list_is_reported_once_and_stops_nothing(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.md")
    (tmp_path / "sources.toml").write_text('["a.md"\n')
    found = discover([str(tmp_path)])
    assert names(found) == ["a.md", "b.md"]
    assert len(found.refused) == 1
    assert "line 1" in found.refused[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.md", "b.md")
    (tmp_path / "shut").chmod(0)
    found = discover([str(tmp_path)])
    (tmp_path / "shut").chmod(0o700)
    assert names(found) == ["b.md"]
    assert "cannot be read" in reasons(found)["shut"]


@pytest.mark.parametrize(
    ("target", "covered"),
    [
        ("", {"a.md", "sub/b.md", "sub/deep/c.md", "[x]/d.md"}),
        ("sub", {"sub/b.md", "sub/deep/c.md"}),
        ("*", {"a.md", "sub/b.md", "sub/deep/c.md", "[x]/d.md"}),
        ("*.md", {"a.md"}),
        ("s*", {"sub/b.md", "sub/deep/c.md"}),
        ("**/*.md", {"a.md", "sub/b.md", "sub/deep/c.md", "[x]/d.md"}),
        ("sub/**/*.md", {"sub/b.md", "sub/deep/c.md"}),
        ("*/deep", {"sub/deep/c.md"}),
        ("[x]", {"[x]/d.md"}),
        ("a.md", set()),
        ("nowhere/*", set()),
    ],
)
def test_what_a_target_covers_is_what_it_would_find(
    target: str, covered: set[str], tmp_path: Path
) -> None:
    files = ("a.md", "sub/b.md", "sub/deep/c.md", "[x]/d.md")
    make(tmp_path, *files)
    targets = [str(tmp_path / target)]
    below = {name for name in files if is_below(str(tmp_path.resolve() / name), targets)}
    assert below == covered
    if covered:
        assert {str(tmp_path.resolve() / n) for n in covered} == {
            source.uri for source in discover(targets).sources
        }


def test_a_folder_that_is_not_mounted_covers_nothing(tmp_path: Path) -> None:
    assert not is_below(str(tmp_path / "disk" / "a.md"), [str(tmp_path / "disk")])
    assert not is_below(str(tmp_path / "disk" / "a.md"), [str(tmp_path / "disk" / "*.md")])


def test_a_file_is_gone_when_its_name_means_nothing_or_something_else(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.md")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "c.md").mkdir()
    root = tmp_path.resolve()
    gone = {n for n in ("a.md", "link.md", "c.md", "d.md") if is_gone(str(root / n))}
    assert gone == {"link.md", "c.md", "d.md"}
    assert not is_gone("https://example.org/a")
