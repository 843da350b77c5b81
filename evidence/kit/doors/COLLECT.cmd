@echo off
setlocal
set "KIT=%~dp0"
"%KIT%app\windows\python\python.exe" -I -B -X utf8 "%KIT%app\start.py" %*
exit /b %errorlevel%
