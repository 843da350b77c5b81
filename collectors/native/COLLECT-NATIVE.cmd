@echo off
rem hozen, native tier, Windows 7 to 11: takes what the tools of the machine itself can give.
rem
rem   COLLECT-NATIVE.cmd [FOLDER]
rem
rem Writes to a new folder NATIVE_host_time in FOLDER, nowhere else; without FOLDER beside this script,
rem from a kit into the kit's "out".
rem Changes nothing on the machine, opens no network connection, ends nothing, restarts nothing.
rem Exit codes: 0 done, 2 wrong usage, 3 done but something is missing, 4 could not run.
rem All code is ASCII. Japanese stands at the end in code page 932 and is shown where the console
rem has that page: no batch file shows UTF-8 on every Windows without changing the console.
setlocal EnableExtensions DisableDelayedExpansion
rem Variables of these names would stand before what Windows itself says under them.
for %%v in (ERRORLEVEL DATE TIME CD) do set "%%v="
set "SYS=%SystemRoot%\System32"
if exist "%SystemRoot%\Sysnative\cmd.exe" set "SYS=%SystemRoot%\Sysnative"
set "PATH=%SYS%"
set "PATHEXT=.EXE"
set "ComSpec=%SYS%\cmd.exe"
set "TAB=	"
set "MISSING=0"
set "UNLISTED=0"
set "PAGE="
for /f "tokens=2 delims=:" %%c in ('"%SYS%\chcp.com"') do set "PAGE=%%c"
set "PAGE=%PAGE: =%"

set "BASE=%~dp0"
if exist "%BASE%..\kit.json" set "BASE=%BASE%..\out"
if not "%~1"=="" set "BASE=%~1"
if not "%~2"=="" (
  call :say usage "Usage: COLLECT-NATIVE.cmd [FOLDER]"
  exit /b 2
)
if "%BASE:~0,2%"=="\\" (
  call :say share "Copy this to a drive with a letter; a share would need a network connection."
  exit /b 2
)
if not exist "%BASE%\." (
  call :say nofolder "No such folder."
  exit /b 2
)
set "HOST=unknown"
for /f "delims=" %%h in ('"%SYS%\hostname.exe"') do set "HOST=%%h"
set "STAMP=%DATE%_%TIME%"
set "STAMP=%STAMP:/=-%"
set "STAMP=%STAMP::=-%"
set "STAMP=%STAMP: =_%"
set "STAMP=%STAMP:.=-%"
set "STAMP=%STAMP:,=-%"
cd /d "%BASE%"
set "OUT=NATIVE_%HOST%_%STAMP%"
mkdir "%OUT%" 2>nul
cd "%OUT%" 2>nul
if errorlevel 1 (
  call :say nowrite "Can't write here; use another medium."
  exit /b 4
)
mkdir evtx registry prefetch 2>nul
call :say begin "Collecting. Do not switch off, do not restart."
>steps.tsv echo hozen-native/1%TAB%windows
if not exist steps.tsv (
  call :say nowrite "Can't write here; use another medium."
  exit /b 4
)
>>steps.tsv echo step%TAB%origin%TAB%begin%TAB%end%TAB%exit%TAB%outcome%TAB%stdout%TAB%stderr

rem S-1-16-12288 and 16384 are the levels of an administrator and of the system itself.
set "ADMIN="
for /f "delims=" %%g in ('""%SYS%\whoami.exe" /groups 2^>nul ^| "%SYS%\findstr.exe" "S-1-16-12288 S-1-16-16384""') do set "ADMIN=yes"
if not defined ADMIN (
  call :say rights "NOT AN ADMINISTRATOR: much will be refused. The log says so."
  call :row rights "rights:no administrator" "%DATE% %TIME%" - denied - -
)

rem Most fleeting first.
call :run clock w32tm.exe /query /status /verbose
call :run time-zone w32tm.exe /tz
call :run connections netstat.exe -ano
call :run connections-programs netstat.exe -anob
call :run routes netstat.exe -rn
call :run arp arp.exe -a
call :run dns-cache ipconfig.exe /displaydns
call :run addresses ipconfig.exe /all
call :run route-table route.exe print
call :run processes tasklist.exe /v /fo csv
call :run processes-services tasklist.exe /svc /fo csv
call :run processes-modules tasklist.exe /m /fo csv
call :run users quser.exe
call :run sessions qwinsta.exe
call :run shares net.exe share
call :run share-sessions net.exe session
call :run share-files net.exe file
call :run mapped-drives net.exe use
call :run who whoami.exe /all

rem Logs: they roll over.
for %%l in (Security System Application Setup "Windows PowerShell") do call :log %%l
for %%l in ("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational" "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational" "Microsoft-Windows-TerminalServices-RDPClient/Operational" "Microsoft-Windows-PowerShell/Operational" "Microsoft-Windows-Backup" "Microsoft-Windows-TaskScheduler/Operational" "Microsoft-Windows-WMI-Activity/Operational" "Microsoft-Windows-Windows Defender/Operational" "Microsoft-Windows-SMBServer/Security" "Microsoft-Windows-Bits-Client/Operational") do call :log %%l
call :run log-settings wevtutil.exe gl Security

rem Then what stays.
call :run services sc.exe queryex type= all state= all
call :run tasks schtasks.exe /query /v /fo csv
call :run drivers driverquery.exe /v /fo csv
call :run filters fltmc.exe filters
call :run filter-volumes fltmc.exe volumes
call :run write-filter uwfmgr.exe get-config
call :run bitlocker manage-bde.exe -status
call :run shadow-copies vssadmin.exe list shadows
call :run shadow-storage vssadmin.exe list shadowstorage
call :run boot bcdedit.exe /enum all
call :run audit auditpol.exe /get /category:*
call :run accounts net.exe user
call :run administrators net.exe localgroup Administrators
call :run account-policy net.exe accounts
call :run system systeminfo.exe
call :run autoruns reg.exe query HKLM\Software\Microsoft\Windows\CurrentVersion\Run
call :run autoruns-user reg.exe query HKCU\Software\Microsoft\Windows\CurrentVersion\Run
call :run rdp-targets reg.exe query "HKCU\Software\Microsoft\Terminal Server Client" /s
call :run usb-storage reg.exe query HKLM\System\CurrentControlSet\Enum\USBSTOR /s
call :run hive-system reg.exe save HKLM\SYSTEM registry\SYSTEM
call :run hive-software reg.exe save HKLM\SOFTWARE registry\SOFTWARE
call :run hive-user reg.exe save HKCU registry\NTUSER.DAT
call :copies prefetch "%SystemRoot%\Prefetch" *.pf

rem At the end every file with its digest, in the form of sha256sum.
call :say digests "Computing digests."
if not exist "%SYS%\certutil.exe" (
  call :row digests "command:certutil -hashfile" "%DATE% %TIME%" - absent - -
  call :say nodigests "NO WHOLE LIST OF DIGESTS could be made."
  goto :end
)
for %%f in (* evtx\* registry\* prefetch\*) do call :digest "%%f"
if not %UNLISTED%==0 call :say nodigests "NO WHOLE LIST OF DIGESTS could be made."

:end
call :say done "Done. Next: take the medium to a PC of the examiner, where 'hozen ingest' seals it."
echo %MISSING% not taken, see steps.tsv. Folder: "%CD%"
if %MISSING%%UNLISTED%==00 exit /b 0
exit /b 3

rem run NAME PROGRAM ARGUMENTS...: keep all that it says; its failure is a line of the log.
:run
for /f "tokens=1,2,*" %%a in ("%*") do (
  set "NAME=%%a"
  set "PROGRAM=%%b"
  set "REST=%%c"
)
set "BEGUN=%DATE% %TIME%"
set "ORIGIN=command:%PROGRAM% %REST:"='%"
if not defined REST set "ORIGIN=command:%PROGRAM%"
if not exist "%SYS%\%PROGRAM%" (
  call :row %NAME% "%ORIGIN%" "%BEGUN%" - absent - -
  exit /b
)
"%SYS%\%PROGRAM%" %REST% >"%NAME%.txt" 2>"%NAME%.err" <nul
set "CODE=%ERRORLEVEL%"
set "OUTCOME=failed"
if "%CODE%"=="0" set "OUTCOME=ok"
if "%CODE%"=="5" set "OUTCOME=denied"
if not "%CODE%"=="0" if not defined ADMIN set "OUTCOME=denied"
call :row %NAME% "%ORIGIN%" "%BEGUN%" %CODE% %OUTCOME% %NAME%.txt %NAME%.err
exit /b

rem log CHANNEL: one event log as a file; an export of Windows, not the file on the disk.
:log
set "CHANNEL=%~1"
set "FILE=%CHANNEL:/=-%"
set "FILE=%FILE: =-%"
call :run log-%FILE% wevtutil.exe epl "%CHANNEL%" "evtx\%FILE%.evtx"
exit /b

rem copies FOLDER FROM PATTERN: files with their times; what isn't readable is one line of the log.
:copies
set "BEGUN=%DATE% %TIME%"
copy /b /y "%~2\%~3" "%~1\" >"%~1.txt" 2>"%~1.err" <nul
set "CODE=%ERRORLEVEL%"
set "OUTCOME=ok"
if not "%CODE%"=="0" set "OUTCOME=failed"
if not "%CODE%"=="0" if not defined ADMIN set "OUTCOME=denied"
call :row %~1 "%~2" "%BEGUN%" %CODE% %OUTCOME% %~1.txt %~1.err
exit /b

rem digest FILE: Windows 7 writes blanks between the bytes. Of an empty file certutil gives no digest;
rem it is always the same. What isn't 64 characters long is no digest but a complaint.
:digest
if /i "%~1"=="SHA256SUMS.txt" exit /b
set "HASH="
if "%~z1"=="0" set "HASH=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
if not defined HASH for /f "skip=1 delims=" %%h in ('""%SYS%\certutil.exe" -hashfile "%~1" SHA256"') do if not defined HASH set "HASH=%%h"
if not defined HASH goto :undigested
set "HASH=%HASH: =%"
if "%HASH:~63,1%"=="" goto :undigested
if not "%HASH:~64,1%"=="" goto :undigested
>>SHA256SUMS.txt echo %HASH%  %~1
exit /b
:undigested
set /a UNLISTED+=1
exit /b

rem row STEP ORIGIN BEGIN EXIT OUTCOME STDOUT STDERR: one line of the log.
:row
if not "%~5"=="ok" set /a MISSING+=1
>>steps.tsv echo %~1%TAB%%~2%TAB%%~3%TAB%%DATE% %TIME%%TAB%%~4%TAB%%~5%TAB%%~6%TAB%%~7
exit /b

rem say KEY ENGLISH: Japanese first where this console can show it.
:say
if "%PAGE%"=="932" for /f "tokens=1,* delims==" %%a in ('""%SYS%\findstr.exe" /b /c:"#%~1=" "%~f0""') do echo %%b
echo %~2
exit /b

#usage=使い方: COLLECT-NATIVE.cmd [保存先フォルダー]
#share=ドライブ文字のある場所に写してから実行してください(共有フォルダーは通信が必要なため使えません)。
#nofolder=保存先のフォルダーがありません。
#nowrite=保存先に書けません。別の媒体を使ってください。
#begin=証拠を集めています。電源を切らず、再起動しないでください。
#rights=★ 管理者ではありません。取れるものが減ります。記録に残します。
#digests=ハッシュ値を計算しています。
#nodigests=★ ハッシュ値の一覧を完全には作れませんでした。
#done=終わりました。取れなかったものは steps.tsv にあります。媒体を外し、「hozen ingest」を実行する担当者に渡してください。
