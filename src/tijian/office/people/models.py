"""Bodies, what they report, accounts and their roles; apart from them, what an account signs in with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tijian.office.ledger.models import Chained
from tijian.office.ledger.permissions import ACCOUNT_LENGTH


class Role(models.TextChoices):
    """What a person is in the check-up; a grant binds it to an account and, where it needs one, a body."""

    LEADING_GROUP = "领导小组"
    OFFICE = "办公室"
    CATALOGUE = "指标体系管理"
    CLERK = "部门填报人"
    REVIEWER = "部门审核人"
    DISTRICT = "区"
    THIRD_PARTY = "第三方"
    EXPERT = "专家"
    AUDITOR = "审计"
    ADMINISTRATOR = "系统管理员"


BOUND = frozenset({Role.CLERK, Role.REVIEWER, Role.DISTRICT})
"""Roles that mean nothing without a body."""

ALONE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that stand beside no other: who keeps the machine or examines the trail does no business in it."""


class Body(Chained):
    """A member body (成员单位), as it is now; what it was stands in the trail."""

    append_only: ClassVar[bool] = False

    code = models.CharField("单位代码", max_length=60, unique=True)
    short = models.CharField("简称", max_length=40)
    full_name = models.CharField("全称", max_length=120)
    kind = models.CharField("类别", max_length=40)
    area = models.CharField("所辖区代码", max_length=20, default="")
    duty = models.TextField("职责")
    leads = models.TextField("牵头的报告", default="")
    is_office = models.BooleanField("办公室所在单位", default=False)
    note = models.TextField("说明", default="")
    rank = models.IntegerField("次序")

    class Meta:
        verbose_name = "单位"

    def __str__(self) -> str:
        return self.short


class Assignment(Chained):
    """From here on a body reports a variable, or no longer does; the latest row counts."""

    class Kind(models.TextChoices):
        """As whom a body reports: each variable has one that owns it, others may supply it too."""

        OWNS = "主报"
        SUPPLIES = "同报"

    body = models.ForeignKey(Body, models.PROTECT, related_name="assignments", verbose_name="单位")
    variable = models.CharField("变量", max_length=80, db_index=True)
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    holds = models.BooleanField("有效")

    class Meta:
        verbose_name = "填报分工"

    def __str__(self) -> str:
        return f"{self.body} {self.kind} {self.variable}{'' if self.holds else '（已止）'}"


class Account(Chained):
    """Someone who acts under a name; the name stands in the trail and never changes."""

    append_only: ClassVar[bool] = False

    name = models.CharField("账号", max_length=ACCOUNT_LENGTH, unique=True)
    zh = models.CharField("称呼", max_length=80)
    active = models.BooleanField("启用", default=True)
    demo = models.BooleanField("演示账号", default=False)

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name


class Grant(Chained):
    """From here on an account has a role, for a body or for none, or no longer has it; the latest row counts."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    holds = models.BooleanField("有效")

    class Meta:
        verbose_name = "角色授予"

    def __str__(self) -> str:
        return f"{self.account} {self.role}{'' if self.holds else '（已收回）'}"


class LoginManager(BaseUserManager["Login"]):
    """Finds a login together with its account."""

    def get_queryset(self) -> models.QuerySet[Login]:
        """Join the account: every request asks whether it is active."""
        return super().get_queryset().select_related("account")


class Login(AbstractBaseUser):
    """What an account signs in with and can be reached by; not chained, since it must be erasable.

    Kept apart from ``Account`` because Django writes the time of the last sign-in here by itself.
    """

    account = models.OneToOneField(Account, models.PROTECT, related_name="login", verbose_name="账号")
    name = models.CharField("登录名", max_length=ACCOUNT_LENGTH, unique=True)
    phone = models.CharField("电话", max_length=40, default="", blank=True)
    email = models.EmailField("邮箱", default="", blank=True)
    looked = models.BigIntegerField("看到第几条记录", default=0)

    objects = LoginManager()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "登录"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Follow the account, which is chained; Django asks it of every request."""
        return self.account.active
