"""The trail, its head, and the rows that it holds to account."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, NoReturn, Self, TypeVar

from django.db import models

DIGEST = 64  # hexadecimal digits of a SHA-256


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class SealedQuerySet(models.QuerySet[M_co]):
    """A query that reads; to write is the work of an action."""

    def _sealed(self, *_args: object, **_options: object) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is written by an action only")

    create = get_or_create = update_or_create = _sealed
    bulk_create = bulk_update = update = delete = _sealed


class Sealed(models.Model):
    """Refuses every way of being written that leaves no entry in the trail."""

    objects: ClassVar[models.Manager[Self]] = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *_args: object, **_options: object) -> NoReturn:
        """Refuse; an action writes through its transaction.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"{type(self).__name__} is written by an action only")

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Refuse; nothing that the trail names is ever deleted.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"{type(self).__name__} is never deleted")


class Entry(Sealed):
    """One action in the trail: who did what, when, and the canonical form of every row it wrote.

    ``position`` is the order of commits without a gap; ``hash`` covers the hash before it and every
    other column. ``arguments`` and ``rows`` are canonical JSON kept as text: a JSON column would
    reorder it.
    """

    position = models.BigIntegerField("位置", primary_key=True)
    action = models.UUIDField("动作编号", unique=True)
    actor = models.CharField("操作人", max_length=80)
    verb = models.CharField("动作", max_length=80)
    arguments = models.TextField("参数")
    business_date = models.DateField("业务日期")
    at = models.DateTimeField("时间")
    rows = models.TextField("写入的行")
    previous = models.CharField("前一条哈希", max_length=DIGEST)
    hash = models.CharField("哈希", max_length=DIGEST, unique=True)

    class Meta:
        verbose_name = "记录"

    def __str__(self) -> str:
        return f"第 {self.position} 条记录（{self.verb}，{self.actor}）"


class Head(models.Model):
    """The end of the chain: one row, locked by the last statements before every commit."""

    position = models.BigIntegerField("位置")
    hash = models.CharField("哈希", max_length=DIGEST)

    class Meta:
        verbose_name = "链头"

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"


class Repeat(models.Model):
    """An idempotency key: claimed before an action, settled with its answer in the action's transaction.

    Not chained: it says nothing about the city, and a claim must be seen before its action commits.
    """

    key = models.CharField("幂等键", max_length=200, primary_key=True)
    fingerprint = models.CharField("请求指纹", max_length=DIGEST)
    actor = models.CharField("操作人", max_length=80)
    token = models.UUIDField("认领编号")
    started = models.DateTimeField("开始时间")
    action = models.UUIDField("动作编号", null=True)
    answer = models.TextField("答复", default="")

    class Meta:
        verbose_name = "幂等键"

    def __str__(self) -> str:
        return self.key


class Chained(Sealed):
    """A row that the trail holds to account: it carries the id of the action that wrote it last.

    Attributes:
        append_only: Whether a row, once written, never changes; else its latest form counts.
        unchained: Names of fields left out of the canonical form (contacts, which can be erased).
    """

    append_only: ClassVar[bool] = True
    unchained: ClassVar[Collection[str]] = ()

    # Checked by the database at commit, when the entry is there: a row without an entry cannot commit.
    action = models.ForeignKey(
        Entry, models.PROTECT, to_field="action", related_name="+", verbose_name="动作编号"
    )

    class Meta:
        abstract = True


class Opening(Chained):
    """The installation as it was opened: for which city, from which published documents."""

    code = models.CharField("城市代码", max_length=20)
    name = models.CharField("城市名称", max_length=80)
    documents = models.TextField("公布文件的哈希")
    engine = models.CharField("程序版本", max_length=40)

    class Meta:
        verbose_name = "安装"

    def __str__(self) -> str:
        return self.name


class BusinessDay(Chained):
    """The simulated date from here on; none means the real one."""

    day = models.DateField("业务日期", null=True)

    class Meta:
        verbose_name = "业务日期"

    def __str__(self) -> str:
        return "实际日期" if self.day is None else self.day.isoformat()


class EvidenceFile(Chained):
    """A file brought as evidence; its bytes lie outside the database under their own hash."""

    sha256 = models.CharField("哈希", max_length=DIGEST, db_index=True)
    name = models.CharField("文件名", max_length=255)
    size = models.BigIntegerField("字节数")

    class Meta:
        verbose_name = "证据文件"

    def __str__(self) -> str:
        return self.name
